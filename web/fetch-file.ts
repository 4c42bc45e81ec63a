/** @param what it is, for people. @throws Error in the page's words where it cannot be had. */
export async function fetchFile(address: string | URL, what: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(`${what} could not be downloaded: check the connection, then try again`);
  }
  if (response.ok) return response;
  throw new Error(`${what} could not be downloaded: the host answers ${response.status}; try again later`);
}
