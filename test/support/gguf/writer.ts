import { closeSync, openSync, writeSync } from "node:fs";

/** A value of a GGUF header together with its type. */
export type GgufValue =
  | { readonly type: "u32" | "i32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "texts"; readonly value: readonly string[] }
  | { readonly type: "i32s"; readonly value: readonly number[] };

/** A tensor of 32-bit floats, or of quantised blocks as they are; the first dimension is the innermost. */
export interface GgufTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly values: Float32Array | { readonly type: "q4_0" | "q8_0"; readonly bytes: Buffer };
}

/** A whole model: header in order, then tensors. */
export interface GgufModel {
  readonly header: readonly (readonly [key: string, value: GgufValue])[];
  readonly tensors: readonly GgufTensor[];
}

const VERSION = 3;
const ALIGNMENT = 32;
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, array: 9 } as const;
const TENSOR_TYPE = { f32: 0, q4_0: 2, q8_0: 8 } as const;

/** Header values, written short. */
export const u32 = (value: number): GgufValue => ({ type: "u32", value });
export const f32 = (value: number): GgufValue => ({ type: "f32", value });
export const bool = (value: boolean): GgufValue => ({ type: "bool", value });
export const text = (value: string): GgufValue => ({ type: "text", value });
export const texts = (value: readonly string[]): GgufValue => ({ type: "texts", value });
export const i32s = (value: readonly number[]): GgufValue => ({ type: "i32s", value });

/** Writes a GGUF file (version 3, little endian). */
export function writeGguf(path: string, model: GgufModel): void {
  const file = openSync(path, "w");
  try {
    for (const part of encodeParts(model)) writeSync(file, part);
  } finally {
    closeSync(file);
  }
}

/** The bytes of a GGUF file; the same model gives the same bytes on every machine. */
export function encodeGguf(model: GgufModel): Buffer {
  return Buffer.concat([...encodeParts(model)]);
}

function encodeParts(model: GgufModel): readonly Buffer[] {
  const parts: Buffer[] = [
    Buffer.from("GGUF"),
    uint32(VERSION),
    uint64(model.tensors.length),
    uint64(model.header.length),
    ...model.header.flatMap(([key, value]) => [string(key), ...encodeValue(value)]),
  ];
  let offset = 0;
  for (const tensor of model.tensors) {
    parts.push(
      string(tensor.name),
      uint32(tensor.dimensions.length),
      ...tensor.dimensions.map(uint64),
      uint32(TENSOR_TYPE[tensor.values instanceof Float32Array ? "f32" : tensor.values.type]),
      uint64(offset),
    );
    offset += padded(bytesOf(tensor.values).length);
  }
  const header = Buffer.concat(parts);
  const data = model.tensors.flatMap(({ values }) => [
    bytesOf(values),
    padding(bytesOf(values).length),
  ]);
  return [header, padding(header.length), ...data];
}

function encodeValue(value: GgufValue): Buffer[] {
  switch (value.type) {
    case "u32":
      return [uint32(TYPE.u32), uint32(value.value)];
    case "i32":
      return [uint32(TYPE.i32), int32(value.value)];
    case "f32": {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.value);
      return [uint32(TYPE.f32), bytes];
    }
    case "bool":
      return [uint32(TYPE.bool), Buffer.from([value.value ? 1 : 0])];
    case "text":
      return [uint32(TYPE.text), string(value.value)];
    case "texts":
      return [
        uint32(TYPE.array),
        uint32(TYPE.text),
        uint64(value.value.length),
        ...value.value.map(string),
      ];
    case "i32s":
      return [
        uint32(TYPE.array),
        uint32(TYPE.i32),
        uint64(value.value.length),
        ...value.value.map(int32),
      ];
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function bytesOf(values: GgufTensor["values"]): Buffer {
  if (!(values instanceof Float32Array)) return values.bytes;
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padding(length: number): Buffer {
  return Buffer.alloc(padded(length) - length);
}
