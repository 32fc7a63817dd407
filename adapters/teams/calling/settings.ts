import { z } from "zod";

const isKey = (value: string) => /^[A-Za-z0-9+/]{40,}={0,2}$/.test(value);

export const callingSettings = z.object({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe("Endpoint of the Azure Communication Services resource: https://….communication.azure.com"),
  accessKey: z.string().refine(isKey, "is not an access key in base64").describe("One of that resource's access keys"),
  people: z
    .boolean()
    .default(false)
    .describe(
      "The desk may also ring a colleague's Teams without a meeting. Only after a trial call: it needs federation with the resource (Set-CsTeamsAcsFederationConfiguration) and a Teams Phone licence of that colleague",
    ),
});

export type CallingSettings = z.output<typeof callingSettings>;
