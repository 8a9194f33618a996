import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Finding } from "./finding.ts";

/** Where the graphics cards of a machine and the engine's binaries for them show. */
export interface GpuPlaces {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** One folder for each NVIDIA card: `/proc/driver/nvidia/gpus`. */
  readonly nvidia: string;
  /** Render nodes of any make: `/dev/dri`. */
  readonly dri: string;
  /** The engine's binaries: `node_modules/@node-llama-cpp`. */
  readonly binaries: string;
}

/** The places of this machine. */
export function gpuPlaces(packageRoot: string): GpuPlaces {
  return {
    platform: process.platform,
    arch: process.arch,
    nvidia: "/proc/driver/nvidia/gpus",
    dri: "/dev/dri",
    binaries: join(packageRoot, "node_modules", "@node-llama-cpp"),
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function nvidiaCards(folder: string): readonly string[] {
  return namesIn(folder).map((name) => {
    try {
      const text = readFileSync(join(folder, name, "information"), "utf8");
      return /^Model:\s*(.+)$/mu.exec(text)?.[1]?.trim() ?? "NVIDIA card";
    } catch {
      return "NVIDIA card";
    }
  });
}

/** Packages that are kept out of the installation are there as empty ones. */
function hasBinary(places: GpuPlaces, kind: "cuda" | "vulkan"): boolean {
  const system = places.platform === "win32" ? "win" : places.platform;
  return existsSync(join(places.binaries, `${system}-${places.arch}-${kind}`, "bins"));
}

interface Graphics {
  /** What is there, in words; null when nothing was found. */
  readonly card: string | null;
  /** What the engine reaches it with; null when that is not installed. */
  readonly backend: "Metal" | "CUDA" | "Vulkan" | null;
}

function graphicsOf(places: GpuPlaces): Graphics {
  if (places.platform === "darwin") {
    const isApple = places.arch === "arm64";
    return isApple ? { card: "Apple graphics", backend: "Metal" } : { card: null, backend: null };
  }
  const vulkan = hasBinary(places, "vulkan") ? "Vulkan" : null;
  const nvidia = nvidiaCards(places.nvidia);
  if (nvidia.length > 0) {
    return { card: nvidia.join(", "), backend: hasBinary(places, "cuda") ? "CUDA" : vulkan };
  }
  const hasRenderer = namesIn(places.dri).some((name) => name.startsWith("renderD"));
  return { card: hasRenderer ? "a graphics card that is not NVIDIA's" : null, backend: vulkan };
}

/** Which graphics card is there, and whether the local chat model may and can use it. */
export function checkGpu({ models }: Pick<Config, "models">, places: GpuPlaces): Finding {
  const { card, backend } = graphicsOf(places);
  const there = card ?? "none found";
  const setting = `models.gpu is ${models.gpu}`;
  if (models.gpu === "off") {
    return {
      check: "GPU",
      status: "ok",
      detail: `${there}; not used (${setting})`,
      advice: "",
    };
  }
  if (card !== null && backend !== null) {
    return {
      check: "GPU",
      status: "ok",
      detail: `${there}; local chat models use it through ${backend} (${setting})`,
      advice: "",
    };
  }
  const isRequired = models.gpu === "required";
  const install =
    "Install the engine's packages for it (docs/models.md, “How do I use a GPU”), or leave it: models run on the CPU.";
  const none = "Check the driver (nvidia-smi), or set models.gpu to auto.";
  return {
    check: "GPU",
    status: isRequired ? "problem" : "ok",
    detail:
      card === null
        ? `${there}; models run on the CPU (${setting})`
        : `${there}; not used, since the engine's packages for it are not installed (${setting})`,
    advice: card !== null ? install : isRequired ? none : "",
  };
}
