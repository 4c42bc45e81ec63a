/** SVG as PNG by resvg, which is one file of 4 MB a platform, runs no browser and uses the system's fonts. */

import { TrmError } from '../../errors.ts';

/** Pixels for each of the SVG's: sharp on screens of today. */
const ZOOM = 2;

/** What makes PNG of SVG text; it says on stderr when letters will be missing. @throws TrmError `runtime` where the library does not load. */
export async function pngRenderer(): Promise<(svg: string) => Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js').catch((cause: Error) => {
    const fix = 'write .svg, or install @resvg/resvg-js for this platform';
    throw new TrmError('runtime', `no PNG here: ${cause.message.split('\n')[0]}`, { fix, cause });
  });
  const letter = new Resvg('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">x</text></svg>');
  if (letter.innerBBox() === undefined)
    process.stderr.write(
      'no font on this system: the picture will have no text; install one, or write .svg\n',
    );
  return (svg) => new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM } }).render().asPng();
}
