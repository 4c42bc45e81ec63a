/** What a user may ask for; apart, so that asking does not load ONNX Runtime. */

export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'wasm'] as const;
export type DeviceChoice = (typeof devices)[number];
