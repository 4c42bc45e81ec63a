/** Where models run, chosen by hand or by what the browser offers; with the reason and the speed. */

import { useEffect, useState } from 'preact/hooks';
import type { WebDeviceChoice } from '../../src/runtime/web.ts';
import { messageOf, worker } from '../client.ts';

const choices: Record<WebDeviceChoice, string> = {
  auto: 'automatic',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly (CPU)',
};

/** @param speed of the last run, in words; undefined before the first. */
export function BackendChooser({ speed }: { speed: string | undefined }) {
  const [choice, setChoice] = useState<WebDeviceChoice>('auto');
  const [state, setState] = useState('not loaded yet');

  const describe = () =>
    worker.openBackend().then(
      ({ device, reason, runtime }) => setState(`${device} (${reason}), ${runtime}`),
      (error) => setState(messageOf(error)),
    );
  useEffect(() => {
    if (speed !== undefined) describe();
  }, [speed]);

  return (
    <p class="backend">
      <label>
        Runs on{' '}
        <select
          value={choice}
          onChange={async (event) => {
            const next = event.currentTarget.value as WebDeviceChoice;
            setChoice(next);
            setState('loading ONNX Runtime…');
            await worker.chooseBackend(next);
            await describe();
          }}
        >
          {Object.entries(choices).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>{' '}
      <span role="status">
        {state}
        {speed !== undefined && `; ${speed}`}
      </span>
    </p>
  );
}
