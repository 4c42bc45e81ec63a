/** Checksums of 32 bits, by their polynomial with its bits reversed; Node's zlib has one alone, and none of a browser. */

/** @returns the checksum of bytes, an unsigned number of 32 bits. */
function crc32Of(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

/** Of zip files (ISO-HDLC). */
export const crc32 = crc32Of(0xedb88320);
/** CRC-32C (Castagnoli, RFC 3720 appendix B.4). */
export const crc32c = crc32Of(0x82f63b78);
