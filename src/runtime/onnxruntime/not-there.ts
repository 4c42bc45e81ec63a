/**
 * ONNX Runtime's packages are optional: who needs the one for Node does without the 139 MB of the other, and an install where
 * a package's own script fails goes on without it. What is not there is said with the command that brings it.
 */
import { TrmError } from '../../errors.ts';

/** What else an installation may need. */
const cures: Readonly<Record<string, string>> = {
  'onnxruntime-node':
    ' (where its download of CUDA fails, with ONNXRUNTIME_NODE_INSTALL=skip in the environment)',
};

/** Imports a package of ONNX Runtime. @throws TrmError `runtime` when it is not installed or does not load. */
export async function imported<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) {
      const fix = `add it: npm install ${name}${cures[name] ?? ''}`;
      throw new TrmError('runtime', `the package ${name} is not installed`, { key: 'device', fix, cause });
    }
    // On Alpine the native library, built for glibc, does not load.
    const why = `${name} does not load here: ${message.trim().split('\n')[0]}`;
    throw new TrmError('runtime', why, { key: 'device', fix: 'choose the device wasm', cause });
  }
}
