/** Where models run, chosen by hand or by what the browser offers; with the reason and the speed. */

import { useEffect, useState } from 'preact/hooks';
import type { WebDeviceChoice } from '../../src/runtime/web.ts';
import { messageOf, worker } from '../client.ts';
import { latest } from '../latest.ts';

const choices: Record<WebDeviceChoice, string> = {
  auto: 'automatic',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly (CPU)',
};

interface BackendChooserProps {
  /** Whether ONNX Runtime is there. */
  readonly opened: boolean;
  /** Of the last run, in words; undefined before the first. */
  readonly speed: string | undefined;
}

export function BackendChooser({ opened, speed }: BackendChooserProps) {
  const [choice, setChoice] = useState<WebDeviceChoice>('auto');
  const [state, setState] = useState('not loaded yet');

  const [asked] = useState(latest);

  const describe = async () => {
    const isLatest = asked();
    const told = await worker.openBackend().then(
      ({ device, reason, runtime }) => `${device} (${reason}), ${runtime}`,
      (error) => messageOf(error),
    );
    if (isLatest()) setState(told);
  };
  useEffect(() => {
    if (opened || speed !== undefined) void describe();
  }, [opened, speed]);

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
