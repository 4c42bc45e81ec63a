/** What a file that was dropped is: the page takes weights, ARC tasks, and puzzles as text. */

export type FileKind = 'weights' | 'tasks' | 'puzzle';

export async function kindOf(file: File): Promise<FileKind> {
  if (/\.(safetensors|pth?)$/i.test(file.name)) return 'weights';
  const text = await file.slice(0, 1 << 20).text();
  if (text.includes('\0') || text.includes('\uFFFD')) return 'weights'; // its reader says what is wrong with it
  return /\.json$/i.test(file.name) && /"(train|test)"\s*:/.test(text) ? 'tasks' : 'puzzle';
}
