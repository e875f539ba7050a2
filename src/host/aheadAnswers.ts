// The answers to requests that were sent before the RPC library was there, taken out of what it reads.
import { Message, ResponseError, type MessageReader, type ResponseMessage } from "vscode-jsonrpc/node";
import type { AheadRequest } from "./callAhead.ts";

interface Waiting {
  readonly answer: Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface AheadAnswers {
  /** The answer to a request of this method that is under way, once; undefined when there is none. */
  take(method: string): Promise<unknown> | undefined;
  /** There will be no more answers. */
  end(error: Error): void;
}

/** Lets `reader` pass everything on but the answers to `requests`. Call it before anybody listens. */
export function aheadAnswers(reader: MessageReader, requests: readonly AheadRequest[]): AheadAnswers {
  const waiting = new Map(requests.map(({ id }) => [id, newWaiting()]));
  const untaken = [...requests];
  const listen = reader.listen.bind(reader);
  reader.listen = (callback) =>
    listen((message) => {
      const asked = Message.isResponse(message) ? waiting.get(String(message.id)) : undefined;
      if (asked === undefined) callback(message);
      else settle(asked, message as ResponseMessage);
    });
  return {
    take: (method) => {
      const at = untaken.findIndex((request) => request.method === method);
      const [request] = at < 0 ? [] : untaken.splice(at, 1);
      return request === undefined ? undefined : waiting.get(request.id)?.answer;
    },
    end: (error) => {
      for (const { reject } of waiting.values()) reject(error);
    },
  };
}

function newWaiting(): Waiting {
  const settle: Pick<Waiting, "resolve" | "reject"> = { resolve: () => undefined, reject: () => undefined };
  const answer = new Promise<unknown>((resolve, reject) => Object.assign(settle, { resolve, reject }));
  // It may be that nobody takes it.
  answer.catch(() => undefined);
  return { answer, resolve: (result) => settle.resolve(result), reject: (error) => settle.reject(error) };
}

function settle({ resolve, reject }: Waiting, { result, error }: ResponseMessage): void {
  if (error === undefined) resolve(result);
  else reject(new ResponseError(error.code, error.message, error.data));
}
