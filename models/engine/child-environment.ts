/**
 * Variables of the system that a child process needs in order to find its libraries and devices. Nothing else is passed
 * on: no token ever reaches a process that runs native code on what users write.
 */
const PASSED_ON = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SYSTEMROOT",
  "USERPROFILE",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
]);
const DEVICES = /^(CUDA|NVIDIA|GGML|VK|HIP|ROCR|METAL)_/u;

/** The environment of a child process, picked from that of the parent. */
export function childEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const child: Record<string, string> = {
    NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true",
    // Where a debugger is installed, the engine would first have it look at a failed assert, for 1 to 2 s.
    GGML_NO_BACKTRACE: "1",
  };
  for (const [name, value] of Object.entries(parent)) {
    if (value === undefined) continue;
    if (PASSED_ON.has(name.toUpperCase()) || DEVICES.test(name)) child[name] = value;
  }
  return child;
}
