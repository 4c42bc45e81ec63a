/** What a user may ask for; apart, so that asking does not load an engine. */

/** What runs graphs: `auto` takes the fastest that is there; `reference` is the interpreter that the others are held to. */
export const engines = ['auto', 'onnxruntime', 'reference'] as const;
export type EngineChoice = (typeof engines)[number];

/** Where it runs them. */
export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'wasm'] as const;
export type DeviceChoice = (typeof devices)[number];
