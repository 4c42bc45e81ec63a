/** What a user may ask for; apart, so that asking does not load an engine. */

/**
 * What runs graphs: `auto` takes the fastest that is there; `native` compiles graphs with the machine's C compiler; `ort` is
 * short for onnxruntime; `reference` is the interpreter that the others are held to.
 */
export const engines = ['auto', 'native', 'onnxruntime', 'ort', 'reference'] as const;
export type EngineChoice = (typeof engines)[number];

/** Where it runs them. */
export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'wasm'] as const;
export type DeviceChoice = (typeof devices)[number];

/**
 * Of the operands of matrix products; sums, norms, losses and weights are float32 with both. bfloat16 is native's, float64
 * (of everything) the reference's.
 */
export const precisions = ['float32', 'bfloat16'] as const;
export type Precision = (typeof precisions)[number];
