#!/usr/bin/env bash
# Compiles the JNI library for a release of PyTorch. Needs g++.
# usage: compile-shim.sh SITE_PACKAGES OUT_FILE
set -euo pipefail
shim="$(cd "$(dirname "$0")" && pwd)/shim"
g++ -std=c++20 -O1 -fPIC -shared -fvisibility=hidden -w -s \
  -I"$shim/include" -I"$1/torch/include" -o "$2" "$shim/shim.cc" \
  -L"$1/torch/lib" -ltorch -ltorch_cpu -lc10
