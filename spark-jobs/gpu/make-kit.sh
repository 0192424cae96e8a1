#!/usr/bin/env bash
# Makes kit.tar.xz: a Java runtime, the model core without Spark, its tests, and a JNI library for
# the PyTorch of a machine that has neither Java nor a network. See docs/benchmarks.md.
# usage: make-kit.sh SITE_PACKAGES OUT_DIR
#   SITE_PACKAGES  directory with the same release of PyTorch as the machine has
#   KIT_FFMPEG=1   takes all of FFmpeg along, not only what WAV needs (17 MiB more)
set -euo pipefail

[ $# = 2 ] || { sed -n 2,6p "$0" >&2; exit 2; }
here="$(cd "$(dirname "$0")" && pwd)"
root="$(dirname "$(dirname "$here")")"
site="$(cd "$1" && pwd)"
mkdir -p "$2"
out="$(cd "$2" && pwd)"
jdk="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"
jobs="$root/spark-jobs/target"

[ -f "$site/torch/version.py" ] || { echo "Cannot find PyTorch in $site" >&2; exit 3; }
[ -f "$jobs/classpath.txt" ] && [ -d "$jobs/test-classes/io" ] ||
  { echo "Cannot find the build: run mvn -DskipTests -Dshade.skip=true package" >&2; exit 3; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
kit="$work/kit"
mkdir -p "$kit/lib" "$kit/shim/include" "$work/classes"

# The runtime is not compressed, since xz does it better.
"$jdk/bin/jlink" --add-modules java.base,java.logging,java.management,jdk.unsupported \
  --strip-debug --no-man-pages --no-header-files --compress=0 --output "$kit/jre"
strip --strip-unneeded "$kit"/jre/lib/server/libjvm.so "$kit"/jre/lib/*.so
rm -f "$kit"/jre/lib/classlist

# Packs a jar again without compression and without natives for other machines.
add_jar() {
  local unpacked="$work/jar"
  rm -rf "$unpacked"
  mkdir "$unpacked"
  (
    cd "$unpacked"
    unzip -qo "$1"
    rm -rf META-INF/*.SF META-INF/*.RSA native/lib/{linux-aarch64,osx-aarch64,osx-x86_64,win-x86_64}
    if [ -d com/sun/jna ]; then
      find com/sun/jna -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name linux-x86-64 \
        -exec rm -rf {} +
    fi
    zip -q -0 -X -r "$kit/lib/$(basename "$1")" .
  )
}

add_classes() {
  (cd "$2" && zip -q -0 -X -r "$kit/lib/$1.jar" . -x 'reference/*')
}

tr ':' '\n' <"$jobs/classpath.txt" >"$work/jars"
for part in /ai/djl/api/ /pytorch-engine/ /ai/djl/sentencepiece/ /gson/ /net/java/dev/jna/jna/ \
  /slf4j-api/ /commons-compress/ /org/yaml/snakeyaml/ /net/razorvine/pickle/ /info/picocli/ \
  /commons-text/ /commons-lang3/ /bytedeco/javacpp/ /bytedeco/javacv/; do
  grep -F "$part" "$work/jars" | while read -r jar; do add_jar "$jar"; done
done
# FFmpeg must be found even where only WAV is read, which needs one small library of it.
grep -F /bytedeco/ffmpeg/ "$work/jars" | while read -r jar; do
  case "$jar" in
    *-linux-x86_64.jar)
      if [ -n "${KIT_FFMPEG:-}" ]; then
        add_jar "$jar"
      else
        mkdir -p "$work/ffmpeg"
        (cd "$work/ffmpeg" &&
          unzip -qo "$jar" org/bytedeco/ffmpeg/linux-x86_64/libjniavformat.so &&
          zip -q -0 -r "$kit/lib/ffmpeg-linux-x86_64-part.jar" org)
      fi
      ;;
    *) add_jar "$jar" ;;
  esac
done
repository="${MAVEN_REPOSITORY:-$HOME/.m2/repository}"
junit="$(sed -n 's:.*<junit.version>\(.*\)</junit.version>.*:\1:p' "$root/pom.xml")"
for jar in "$repository"/org/junit/jupiter/junit-jupiter-{api,engine,params}/"$junit"/*.jar \
  "$repository"/org/junit/platform/junit-platform-{commons,engine,launcher}/"1${junit#5}"/*.jar \
  "$repository"/org/opentest4j/opentest4j/*/*.jar "$repository"/org/assertj/assertj-core/*/*.jar; do
  add_jar "$jar"
done
add_classes espalier "$jobs/classes"
add_classes espalier-udfs "$root/udfs/target/classes"
add_classes espalier-tests "$jobs/test-classes"
"$jdk/bin/javac" -nowarn -cp "$(echo "$kit"/lib/*.jar | tr ' ' ':')" -d "$work/classes" "$here"/src/*.java
add_classes kit "$work/classes"

# The JNI library, and its source for machines whose PyTorch is another build.
cp "$jdk"/include/jni.h "$jdk"/include/linux/jni_md.h "$kit/shim/include/"
cp "$here/shim.cc" "$kit/shim/"
cp "$here"/{run-on-gpu.sh,compile-shim.sh,tests.txt} "$kit/"
"$kit/compile-shim.sh" "$site" "$kit/shim/libdjl_torch.so"
sed -n "s/^git_version = '\(.*\)'/\1/p" "$site/torch/version.py" >"$kit/shim/torch.git"
# The name under which DJL looks for its own library.
grep -F /pytorch-jni/ "$work/jars" |
  sed 's:.*/pytorch-jni-\(.*\)-\(.*\)\.jar$:\1 \2:' >"$kit/shim/djl.version"

tar -C "$work" --sort=name --owner=0 --group=0 --mtime=@0 -c kit | xz -9e -T1 >"$out/kit.tar.xz"
ls -l "$out/kit.tar.xz" | awk '{printf "%.1f MiB %s\n", $5 / 1048576, $9}'
