import { expect } from "vitest";
import { codes } from "../../errors.ts";
import type { TestService } from "../service.ts";

type Answer = Awaited<ReturnType<TestService["ask"]>>;

/** Words that no answer to a stranger or a mistaken caller may hold: where in our code, secrets, people. */
const secrets = /node_modules|\bat \S+ \(|\.ts:\d|whsec_|pck_|eyJ|client-secret|@example\.com|Lucía|\+34600111222/;

/** An RFC 9457 problem document of ours, which tells nothing that it should not. */
export function expectProblem(answer: Answer, status: number | readonly number[], about = ""): void {
  const { body, headers } = answer;
  const told = `${about} ${answer.status} ${JSON.stringify(body)}`;
  expect([status].flat(), told).toContain(answer.status);
  expect(headers.get("content-type"), told).toBe("application/problem+json");
  const known = Object.entries(codes).find(([code]) => code === body.code);
  expect(known?.[1], told).toMatchObject({ status: answer.status, title: body.title });
  expect(body, told).toMatchObject({
    type: `/docs#${body.code}`,
    status: answer.status,
    detail: expect.stringMatching(/^[\s\S]{5,400}$/),
    request_id: headers.get("x-request-id"),
  });
  expect(body.request_id, told).toMatch(/^req_[0-9a-z]{26}$/);
  expect(headers.get("cache-control"), told).toBe("no-store");
  expect(told).not.toMatch(secrets);
}
