#!/bin/sh
# Builds llama-server from the very source that the installed node-llama-cpp carries, so that the benchmark compares like with
# like. Needs git, cmake and a C++ compiler; takes about 16 minutes with 2 jobs. Usage: build-llama-server.sh FOLDER [JOBS]
set -eu
folder=${1:?give a folder to build in}
jobs=${2:-2}
bundle=$(cd "$(dirname "$0")/../.." && pwd)/node_modules/node-llama-cpp/llama/gitRelease.bundle
[ -f "$bundle" ] || { echo "there is no $bundle: run npm install" >&2; exit 1; }
[ -d "$folder/llama.cpp" ] || git clone -q "$bundle" "$folder/llama.cpp"
cmake -S "$folder/llama.cpp" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DLLAMA_CURL=OFF -DLLAMA_BUILD_TESTS=OFF \
  -DLLAMA_BUILD_EXAMPLES=OFF -DGGML_NATIVE=ON -DBUILD_SHARED_LIBS=OFF
cmake --build "$folder/build" --target llama-server -j "$jobs"
echo "LLAMA_SERVER=$folder/build/bin/llama-server npm run bench:inference"
