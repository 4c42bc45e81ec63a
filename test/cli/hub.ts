/** A hub as far as `trm push` needs one: it makes repositories, takes files by both of its ways, and gives them back. */

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInHub {
  readonly url: string;
  /** Every request, as `METHOD path`. */
  readonly requests: string[];
  /** By `owner/name`. */
  readonly repositories: Map<string, { visibility: string; files: Map<string, Buffer>; commits: string[] }>;
  /** Of the answers to who changes the settings of a repository. */
  readonly settings: { status: number };
  readonly close: () => Promise<void>;
}

/** @param token the one that may write. */
export async function standInHub(token: string): Promise<StandInHub> {
  const requests: string[] = [];
  const repositories: StandInHub['repositories'] = new Map();
  const settings = { status: 200 };
  const large = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = request.url!;
    requests.push(`${request.method} ${path}`);
    const json = (status: number, content: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
    if (path.startsWith('/upload/')) {
      large.set(path.slice('/upload/'.length), body);
      response.end();
      return;
    }
    const [, name, file] = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(path) ?? [];
    if (name) {
      const content = repositories.get(name)?.files.get(file!);
      if (!content) return response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
      const [from, to] =
        /(\d+)-(\d+)/
          .exec(request.headers.range ?? '')
          ?.slice(1)
          .map(Number) ?? [];
      const part = from === undefined ? content : content.subarray(from, to! + 1);
      return response
        .writeHead(from === undefined ? 200 : 206, {
          ETag: `"${createHash('sha1').update(content).digest('hex')}"`,
          'Content-Length': part.length,
          ...(from !== undefined && { 'Content-Range': `bytes ${from}-${to}/${content.length}` }),
        })
        .end(part);
    }
    const [, listed] = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/main/.exec(path) ?? [];
    if (listed) {
      const files = [...(repositories.get(listed)?.files ?? [])];
      return json(
        200,
        files.map(([path, { length: size }]) => ({ type: 'file', path, size, oid: 'x' })),
      );
    }
    if (request.headers.authorization !== `Bearer ${token}`) return json(401, { error: 'Invalid token' });
    if (path === '/api/repos/create') {
      const { organization, name, visibility } = JSON.parse(body.toString());
      const repository = `${organization}/${name}`;
      if (repositories.has(repository)) return json(409, { error: 'You already created this model repo' });
      repositories.set(repository, { visibility, files: new Map(), commits: [] });
      return json(200, { url: `http://hub/${repository}`, id: repository });
    }
    const [, repository, action] =
      /^\/(?:api\/models\/)?([^/]+\/[^/.]+)(?:\.git\/info\/lfs\/objects)?\/(preupload|commit|batch|settings)/.exec(
        path,
      ) ?? [];
    const known = repositories.get(repository ?? '');
    if (!known) return json(404, { error: 'Repository not found' });
    if (action === 'settings') {
      if (request.method !== 'PUT') return json(405, { error: 'Method not allowed' });
      const { private: isPrivate } = JSON.parse(body.toString());
      if (typeof isPrivate !== 'boolean') return json(400, { error: 'Expected private' });
      if (settings.status !== 200) return json(settings.status, { error: 'Not for you' });
      known.visibility = isPrivate ? 'private' : 'public';
      return json(200, { private: isPrivate });
    }
    if (action === 'preupload') {
      const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
      const uploadMode = (path: string) => (path.endsWith('.safetensors') ? 'lfs' : 'regular');
      return json(200, { files: files.map(({ path }) => ({ path, uploadMode: uploadMode(path) })) });
    }
    if (action === 'batch') {
      const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
      const upload = (oid: string) => ({ upload: { href: `http://${request.headers.host}/upload/${oid}` } });
      return json(200, {
        transfer: 'basic',
        objects: objects.map((it) => ({ ...it, actions: upload(it.oid) })),
      });
    }
    for (const line of body.toString().trim().split('\n')) {
      const { key, value } = JSON.parse(line);
      if (key === 'header') known.commits.push(value.summary);
      if (key === 'file') known.files.set(value.path, Buffer.from(value.content, value.encoding));
      if (key !== 'lfsFile') continue;
      const content = large.get(value.oid);
      const sha = content && createHash('sha256').update(content).digest('hex');
      if (sha !== value.oid) return json(400, { error: 'the upload is not what its commit says' });
      known.files.set(value.path, content!);
    }
    return json(200, {
      success: true,
      commitOid: 'abc',
      commitUrl: `http://hub/${repository}/commit/abc`,
      hookOutput: '',
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    repositories,
    settings,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
