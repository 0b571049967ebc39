# Fetches what bin\jora.cmd misses into the user's cache and prints its folder; all else goes to stderr.
#
#   fetch.ps1 jdk     Eclipse Temurin 25, after asking where JORA_JDK is not auto
#   fetch.ps1 maven   the Maven that scripts/mvnw names
#
# Archives are checked against their digests before they are unpacked, and work is done in a folder
# beside the target, so that the target is whole or absent.
param([Parameter(Mandatory)][ValidateSet('jdk', 'maven')][string]$What)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # its bar makes downloads many times slower
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

$cache = Join-Path $env:LOCALAPPDATA 'jora'

function Say([string]$text) { [Console]::Error.WriteLine("jora: $text") }

function Unpack([string]$url, [string]$algorithm, [string]$digest, [string]$target) {
  $work = Join-Path $cache ('.fetch.' + [Guid]::NewGuid())
  New-Item -ItemType Directory -Force (Join-Path $work 'content') | Out-Null
  try {
    $archive = Join-Path $work 'archive.zip'
    Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $archive
    $found = (Get-FileHash -Algorithm $algorithm $archive).Hash
    if ($found -ne $digest) {
      throw "$url is not what it should be: its $algorithm is $found, expected $digest. Nothing was kept; try again later."
    }
    Expand-Archive $archive (Join-Path $work 'content')
    $folder = Get-ChildItem (Join-Path $work 'content') | Select-Object -First 1
    if (-not (Test-Path $target)) { Move-Item $folder.FullName $target }
  } finally {
    Remove-Item -Recurse -Force $work
  }
}

function Fetch-Jdk {
  if ($env:JORA_JDK -eq 'never') { return }
  if ($env:JORA_JDK -ne 'auto') {
    if ([Console]::IsInputRedirected -or [Console]::IsErrorRedirected) { return }
    [Console]::Error.Write("jora: no JDK 25 or newer here. Fetch Eclipse Temurin 25 (about 140 MB) into ${cache}? [y/N] ")
    if ([Console]::In.ReadLine() -notmatch '^[yY]') { return }
  }
  $arch = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'aarch64' } else { 'x64' }
  $api = if ($env:JORA_JDK_URL) { $env:JORA_JDK_URL } else { 'https://api.adoptium.net' }
  $release = @(Invoke-RestMethod "$api/v3/assets/latest/25/hotspot?architecture=$arch&image_type=jdk&os=windows&vendor=eclipse")[0]
  if ($release.release_name -notmatch '^jdk-[A-Za-z0-9._+-]+$') { throw "$api names no JDK for Windows on $arch" }
  $target = Join-Path $cache $release.release_name
  if (-not (Test-Path $target)) {
    Say "fetching $($release.release_name) from $($release.binary.package.link)"
    Unpack $release.binary.package.link 'SHA256' $release.binary.package.checksum $target
  }
  $target
}

# Version and digest stand in scripts/mvnw, of the .tar.gz; the digest of the .zip lies beside it.
function Fetch-Maven {
  $version = (Select-String -Path (Join-Path $PSScriptRoot 'mvnw') -Pattern '^maven_version=(.+)$').Matches[0].Groups[1].Value
  $target = Join-Path $cache "apache-maven-$version"
  if (-not (Test-Path $target)) {
    $url = "https://repo.maven.apache.org/maven2/org/apache/maven/apache-maven/$version/apache-maven-$version-bin.zip"
    Say "fetching Maven $version from $url"
    $answer = Invoke-WebRequest -UseBasicParsing "$url.sha512"
    $digest = if ($answer.Content -is [byte[]]) { [Text.Encoding]::ASCII.GetString($answer.Content) } else { $answer.Content }
    Unpack $url 'SHA512' ($digest.Trim() -split '\s')[0] $target
  }
  $target
}

try {
  if ($What -eq 'jdk') { Fetch-Jdk } else { Fetch-Maven }
} catch {
  Say "cannot fetch: $($_.Exception.Message)"
  exit 1
}
