@echo off
rem Runs jora on Windows: finds a JDK 25 or newer, builds on first use, becomes the JVM.
rem JORA_OPTS: options for the JVM; JORA_JAVA_HOME: the JDK to use before all others;
rem JORA_JDK: auto fetches a JDK without asking where there is none, never does not even ask.
rem Delayed expansion stays off: it would eat every exclamation mark of a prompt.
setlocal EnableExtensions DisableDelayedExpansion
for %%I in ("%~dp0..") do set "root=%%~fI"
set "jar=%root%\cli\target\jora.jar"
set "jdk="
if defined JORA_JAVA_HOME call :consider "%JORA_JAVA_HOME%"
if not defined jdk if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined jdk for /f "delims=" %%J in ('where java 2^>nul') do if not defined jdk for %%K in ("%%~dpJ..") do call :consider "%%~fK"
if not defined jdk for %%B in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks") do (
  if exist "%%~B" for /d %%D in ("%%~B\*") do if not defined jdk call :consider "%%~fD"
)
if not defined jdk if exist "%LOCALAPPDATA%\jora" for /d %%D in ("%LOCALAPPDATA%\jora\jdk-*") do if not defined jdk call :consider "%%~fD"
if not defined jdk for /f "delims=" %%J in ('powershell -NoProfile -ExecutionPolicy Bypass -File "%root%\scripts\fetch.ps1" jdk') do call :consider "%%J"
if not defined jdk (
  echo jora: no JDK 25 or newer found: install one ^(https://adoptium.net^) or set JORA_JAVA_HOME. 1>&2
  exit /b 1
)

set "show="
if "%~1"=="--show-command" set "show=yes"
if not exist "%jar%" if not defined show call :build || exit /b 1

set "flags=-Xshare:auto -XX:+UseSerialGC -Xmn32m -XX:-UsePerfData -XX:+DisplayVMOutputToStderr -XX:+SuppressFatalErrorMessage -XX:-CreateCoredumpOnCrash -Dstdin.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8"
if defined show goto show
"%jdk%\bin\java.exe" %flags% "-Djora.home=%root%" %JORA_OPTS% -jar "%jar%" %*
exit /b %ERRORLEVEL%

rem Prints the command; the first argument is --show-command itself.
:show
set "words="
:word
shift
if [%1]==[] goto print
set words=%words% %1
goto word
:print
echo "%jdk%\bin\java.exe" %flags% "-Djora.home=%root%" %JORA_OPTS% -jar "%jar%"%words%
exit /b 0

rem Sets jdk to the folder %1 if its release file names a Java of 25 or newer.
:consider
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do (
  for /f "delims=." %%M in ("%%~V") do if %%M GEQ 25 set "jdk=%~1"
)
exit /b 0

:build
echo jora: building, about a minute the first time ... 1>&2
set "JAVA_HOME=%jdk%"
set "mvn=mvn"
where mvn >nul 2>nul || for /f "delims=" %%M in ('powershell -NoProfile -ExecutionPolicy Bypass -File "%root%\scripts\fetch.ps1" maven') do set "mvn=%%M\bin\mvn.cmd"
pushd "%root%"
call "%mvn%" -q -DskipTests package 1>&2
set "code=%ERRORLEVEL%"
popd
if not "%code%"=="0" echo jora: the build failed. 1>&2
exit /b %code%
