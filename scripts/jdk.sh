# Finds a JDK that is new enough, or fetches one. Sourced by bin/jora, scripts/mvnw and .ci/run.
#
#   find_jdk    sets `jdk` to the home of a JDK >= 25 and `jdk_label` to what tells it from other
#               releases, fit for a file name or empty; 1 where there is none
#   need_jdk    the same, but fetches a JDK if the user agrees, and ends the script otherwise
#   fetch_jdk   fetches Temurin 25 into the user's cache and sets `jdk`
#
# JORA_JAVA_HOME  the JDK to use, before all others
# JORA_JDK        auto: fetch without asking; never: do not even ask
# JORA_JDK_URL    where the Adoptium API is

jdk_wanted=25
jdk_cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/jora

say() {
  printf '%s\n' "jora: $*" >&2
}

die() {
  say "$*"
  exit 1
}

# Sets `major` to the feature release of the JDK at $1, and `jdk_label`: from its release file, which
# costs no process, and only without one by asking it. A JDK has javac: the build needs it.
jdk_major() {
  major=0
  jdk_label=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  jdk_version=
  if [ -r "$1/release" ]; then
    while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
      jdk_word=${jdk_line#*=}
      jdk_word=${jdk_word#\"}
      jdk_word=${jdk_word%\"}
      case $jdk_line in
        JAVA_VERSION=*) jdk_version=$jdk_word ;;
        JAVA_RUNTIME_VERSION=* | IMPLEMENTOR_VERSION=*) jdk_label=$jdk_label-$jdk_word ;;
      esac
    done < "$1/release"
    jdk_label=$jdk_version$jdk_label
    case $jdk_label in *[!A-Za-z0-9._+-]*) jdk_label= ;; esac
  else
    jdk_version=$("$1/bin/java" -version 2>&1) || return 0
    jdk_version=${jdk_version#*version \"}
  fi
  jdk_version=${jdk_version%%[!0-9]*}
  major=${jdk_version:-0}
}

jdk_good() {
  jdk_major "$1"
  [ "$major" -ge "$jdk_wanted" ] && jdk=$1
}

# The folder that `java` on PATH belongs to, links followed.
jdk_of_path() {
  jdk_java=$(command -v java) || return 1
  [ ! -h "$jdk_java" ] || jdk_java=$(readlink -f "$jdk_java") || return 1
  jdk_bin=${jdk_java%/*}
  [ "$jdk_bin" != "$jdk_java" ] && jdk_good "${jdk_bin%/bin}"
}

# The usual folders, those the user owns first. Exactly the wanted release wins over newer ones.
jdk_of_folders() {
  jdk_newer=
  for jdk_home in \
    "$jdk_cache"/jdk-*/Contents/Home "$jdk_cache"/jdk-* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* \
    "$HOME"/.jdks/* "$HOME"/.m2/jdks/* "$HOME"/.gradle/jdks/* "$HOME"/.jenv/versions/* \
    "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/lib32/jvm/* /usr/java/* /usr/jdk/* \
    /usr/local/java/* /usr/local/openjdk* /usr/local/jdk* \
    /opt/java/* /opt/jdk* /opt/*jdk* /opt/hostedtoolcache/Java_*/*/*; do
    jdk_major "$jdk_home"
    if [ "$major" -eq "$jdk_wanted" ]; then
      jdk=$jdk_home
      return 0
    fi
    [ "$major" -lt "$jdk_wanted" ] || jdk_newer=${jdk_newer:-$jdk_home}
  done
  [ -n "$jdk_newer" ] && jdk_good "$jdk_newer"
}

find_jdk() {
  jdk=
  : "${HOME:=/}"
  if [ -n "${JORA_JAVA_HOME:-}" ]; then
    jdk_good "$JORA_JAVA_HOME" || die "JORA_JAVA_HOME is $JORA_JAVA_HOME, where there is no JDK" \
      "$jdk_wanted or newer: correct it or unset it."
    return 0
  fi
  { [ -n "${JAVA_HOME:-}" ] && jdk_good "$JAVA_HOME"; } || jdk_of_path || jdk_of_folders
}

need_jdk() {
  find_jdk && return 0
  case ${JORA_JDK:-ask} in
    auto)
      say "no JDK $jdk_wanted or newer here."
      fetch_jdk
      return 0
      ;;
    ask)
      if [ -t 0 ] && [ -t 2 ]; then
        printf '%s' "jora: no JDK $jdk_wanted or newer here. Fetch Eclipse Temurin $jdk_wanted" \
          " (about 140 MB) into $jdk_cache? [y/N] " >&2
        IFS= read -r jdk_answer || jdk_answer=
        case $jdk_answer in
          [yY]*)
            fetch_jdk
            return 0
            ;;
        esac
      fi
      ;;
    never) ;;
    *) die "JORA_JDK is '$JORA_JDK': expected auto, ask or never." ;;
  esac
  die "no JDK $jdk_wanted or newer here: install one (https://adoptium.net), or set JORA_JAVA_HOME" \
    "to one, or set JORA_JDK=auto to have it fetched into $jdk_cache."
}

# download URL FILE
download() {
  if command -v curl > /dev/null; then
    curl -fsSL --retry 2 -o "$2" "$1"
  elif command -v wget > /dev/null; then
    wget -q -O "$2" "$1"
  else
    die "neither curl nor wget is here to fetch $1: install one of them."
  fi
}

# digest BITS FILE: the SHA-2 digest of a file in hexadecimal
digest() {
  if command -v "sha$1sum" > /dev/null; then
    digest_line=$("sha$1sum" < "$2")
  elif command -v shasum > /dev/null; then
    digest_line=$(shasum -a "$1" < "$2")
  else
    die "neither sha$1sum nor shasum is here to check $2: install one of them."
  fi
  printf '%s\n' "${digest_line%% *}"
}

# unpack BITS DIGEST URL TARGET: fetches a .tar.gz, checks it, and puts the one folder in it at
# TARGET. All work is done in a folder beside it, so that TARGET is whole or absent.
unpack() {
  fetch_parent=${4%/*}
  mkdir -p "$fetch_parent" || die "cannot make the folder $fetch_parent."
  fetch_work=$(mktemp -d "$fetch_parent/.fetch.XXXXXX") || die "cannot write into $fetch_parent."
  trap 'rm -rf "$fetch_work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  download "$3" "$fetch_work/archive" || die "cannot fetch $3."
  fetch_digest=$(digest "$1" "$fetch_work/archive") || exit 1
  [ "$fetch_digest" = "$2" ] || die "$3 is not what it should be: its SHA-$1 is $fetch_digest," \
    "expected $2. Nothing was kept; try again later."
  mkdir "$fetch_work/content"
  tar -xzf "$fetch_work/archive" -C "$fetch_work/content" || die "cannot unpack $3."
  # Another process may have put it there meanwhile; it is as good as ours.
  [ -d "$4" ] || mv "$fetch_work/content"/* "$4" 2> /dev/null || [ -d "$4" ] ||
    die "cannot write $4."
  rm -rf "$fetch_work"
  trap - EXIT INT TERM HUP
}

# Sets jdk_os and jdk_arch to the names Adoptium gives them.
jdk_system() {
  case $(uname -s) in
    Linux)
      jdk_os=linux
      for jdk_musl in /lib/ld-musl-*; do
        [ ! -e "$jdk_musl" ] || jdk_os=alpine-linux
      done
      ;;
    Darwin) jdk_os=mac ;;
    *) die "there is no JDK to fetch for $(uname -s): install one." ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) jdk_arch=x64 ;;
    aarch64 | arm64) jdk_arch=aarch64 ;;
    *) jdk_arch=$(uname -m) ;;
  esac
}

# text_of KEY: the string that KEY has in the JSON object on stdin
text_of() {
  sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p'
}

# The API answers with a list of one release:
# [{"binary": {"package": {"checksum": SHA-256, "link": URL, ...}, ...}, "release_name": NAME, ...}]
fetch_jdk() {
  jdk_system
  jdk_query="${JORA_JDK_URL:-https://api.adoptium.net}/v3/assets/latest/$jdk_wanted/hotspot"
  jdk_query="$jdk_query?architecture=$jdk_arch&image_type=jdk&os=$jdk_os&vendor=eclipse"
  mkdir -p "$jdk_cache" || die "cannot make the folder $jdk_cache."
  jdk_answer=$(mktemp "$jdk_cache/.answer.XXXXXX") || die "cannot write into $jdk_cache."
  download "$jdk_query" "$jdk_answer" || {
    rm -f "$jdk_answer"
    die "cannot ask $jdk_query for a JDK: check the connection, or install a JDK $jdk_wanted."
  }
  jdk_json=$(tr -d '\r\n\t' < "$jdk_answer")
  rm -f "$jdk_answer"
  jdk_package=$(printf '%s\n' "$jdk_json" | sed -n 's/.*"package" *: *{\([^}]*\)}.*/\1/p')
  jdk_link=$(printf '%s\n' "$jdk_package" | text_of link)
  jdk_sha=$(printf '%s\n' "$jdk_package" | text_of checksum)
  jdk_name=$(printf '%s\n' "$jdk_json" | text_of release_name)
  case $jdk_name in jdk-*[!A-Za-z0-9._+-]*) jdk_name= ;; esac
  case $jdk_name in jdk-*) ;; *) jdk_name= ;; esac
  [ -n "$jdk_link" ] && [ -n "$jdk_sha" ] && [ -n "$jdk_name" ] ||
    die "$jdk_query names no JDK for $jdk_os on $jdk_arch: install a JDK $jdk_wanted."
  jdk_home=$jdk_cache/$jdk_name
  if [ ! -d "$jdk_home" ]; then
    say "fetching $jdk_name from $jdk_link"
    unpack 256 "$jdk_sha" "$jdk_link" "$jdk_home"
  fi
  jdk_good "$jdk_home" || jdk_good "$jdk_home/Contents/Home" ||
    die "$jdk_home holds no JDK $jdk_wanted or newer: remove it and try again."
}
