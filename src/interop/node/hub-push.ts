/** Files onto the Hugging Face hub, by the hub's own client (it knows the hub's storage protocols): one commit. */

import { type CommitProgressEvent, commitIter, createRepo, HUB_URL, HubApiError } from '@huggingface/hub';
import { TrmError } from '../../errors.ts';

export interface PushedFile {
  /** In the repository. */
  readonly path: string;
  readonly content: Blob;
}

export interface PushOptions {
  /** Of an account that may write there. */
  readonly token: string;
  /** Of the commit. */
  readonly title: string;
  /** Whether everybody may see the repository; when omitted only its owner where it is made, else whoever might before. */
  readonly isPublic?: boolean;
  /** Whether files of a repository that is there already may be replaced. */
  readonly replace?: boolean;
  /** Default HF_ENDPOINT, or https://huggingface.co; a mirror or a test's server otherwise. */
  readonly hubUrl?: string | undefined;
  readonly onProgress?: (event: CommitProgressEvent) => void;
}

/**
 * Makes a model repository, or takes the one that is there, and commits files to it.
 *
 * @param repository `owner/name`.
 * @returns its address.
 * @throws TrmError `usage` when it is there and may not be replaced, `io` when the hub cannot be reached or refuses.
 */
export async function pushModel(
  repository: string,
  files: readonly PushedFile[],
  {
    token,
    title,
    isPublic = false,
    replace = false,
    onProgress,
    hubUrl = process.env.HF_ENDPOINT || HUB_URL,
  }: PushOptions,
): Promise<string> {
  const where = {
    repo: { type: 'model', name: repository },
    accessToken: token,
    hubUrl,
  } as const;
  let isNew = true;
  try {
    await createRepo({ ...where, visibility: isPublic ? 'public' : 'private' });
  } catch (fault) {
    if (statusOf(fault) !== 409) throw refused(repository, fault);
    if (!replace) {
      const fix = 'choose another name, or --replace its files (the hub keeps what they were)';
      throw new TrmError('usage', 'the repository is there already', { key: `hf:${repository}`, fix });
    }
    isNew = false;
  }
  try {
    const operations = files.map((file) => ({ operation: 'addOrUpdate', ...file }) as const);
    for await (const event of commitIter({ ...where, title, operations })) onProgress?.(event);
    if (isPublic && !isNew) await makePublic(repository, token, hubUrl); // not before: its old files may be for nobody to see
  } catch (fault) {
    throw refused(repository, fault);
  }
  return `${hubUrl}/${repository}`;
}

/** Of a repository that is there, for which the hub's client has no call. */
async function makePublic(repository: string, token: string, hubUrl: string): Promise<void> {
  const response = await fetch(`${hubUrl}/api/models/${repository}/settings`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ private: false }),
  });
  if (response.ok) return;
  const why = `its files are there, but it could not be made public (status ${response.status})`;
  throw new HubApiError(response.url, response.status, undefined, why);
}

function statusOf(fault: unknown): number | undefined {
  return fault instanceof HubApiError ? fault.statusCode : undefined;
}

function refused(repository: string, cause: unknown): TrmError {
  const status = statusOf(cause);
  const { message, cause: inner } = cause as Error;
  const said = inner instanceof Error ? `${message} (${inner.message})` : message; // fetch says only "fetch failed"
  const why = cause instanceof SyntaxError ? `the hub does not answer in JSON: ${said}` : said;
  const fix =
    status === 401 || status === 403
      ? 'HF_TOKEN must be a token that may write there: https://huggingface.co/settings/tokens'
      : 'check the network and the name';
  return new TrmError('io', `could not push it: ${why.trim()}`, { file: `hf:${repository}`, fix, cause });
}
