/** GET of JSON from our own API, with errors that say what happened and what to do. */

export class FetchError extends Error {
  /** `status`: the answer's HTTP status, 0 without an answer. */
  constructor(
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }

  /** Whether trying again won't help. */
  get lasting(): boolean {
    return [403, 404, 410].includes(this.status);
  }
}

const BY_STATUS: Record<number, string> = {
  401: "You are signed out. Sign in again to see this.",
  403: "You may not see this. Ask its owner to share it with you.",
  404: "This is not there any more: it was deleted, or its time to be kept is over.",
  410: "This is not there any more: it was deleted, or its time to be kept is over.",
  429: "Too many requests at once. Wait a moment and try again.",
};

/** The parsed answer of `url`. Throws FetchError; an abort passes through. */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { signal, credentials: "same-origin", headers: { accept: "application/json" } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FetchError("The server can't be reached. Check the connection and try again.");
  }
  const request = response.headers.get("x-request-id");
  const trace = request ? ` (request ${request})` : "";
  if (!response.ok) {
    throw new FetchError((BY_STATUS[response.status] ?? `The server answered with an error, ${response.status}. Try again in a moment.`) + trace, response.status);
  }
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FetchError(`The server's answer could not be read. Try again in a moment.${trace}`);
  }
}
