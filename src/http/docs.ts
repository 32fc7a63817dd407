/** `/docs`: the OpenAPI description as a page to read. No scripts, nothing from elsewhere. */
import { html, raw } from "hono/html";
import type { Api } from "../api.ts";
import { codes } from "../errors.ts";

type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  description?: string;
  anyOf?: Schema[];
  format?: string;
};
type Operation = {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
};
export type Description = {
  info: { title: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

const typeOf = (schema: Schema | undefined): string => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.items) return `${typeOf(schema.items)}[]`;
  return [schema.type ?? "object"].flat().join(" | ");
};

const fields = (
  schema: Schema | undefined,
  known: Record<string, Schema>,
): { name: string; type: string; required: boolean; says: string }[] => {
  const seen = schema?.$ref ? known[schema.$ref.split("/").at(-1) ?? ""] : schema;
  return Object.entries(seen?.properties ?? {}).map(([name, inner]) => ({
    name,
    type: typeOf(inner),
    required: seen?.required?.includes(name) ?? false,
    says: inner.description ?? "",
  }));
};

function table(rows: { name: string; type: string; required: boolean; says: string }[]) {
  if (rows.length === 0) return "";
  return html`<table>
    <tbody>
      ${rows.map((row) => html`<tr><th scope="row"><code>${row.name}</code>${row.required ? "" : html` <small>optional</small>`}</th><td>${row.type}</td><td>${row.says}</td></tr>`)}
    </tbody>
  </table>`;
}

function operation(path: string, method: string, one: Operation, known: Record<string, Schema>) {
  const parameters = (one.parameters ?? []).map((parameter) => ({
    name: parameter.name,
    type: typeOf(parameter.schema),
    required: parameter.required ?? false,
    says: parameter.description ?? "",
  }));
  const body = one.requestBody?.content?.["application/json"]?.schema;
  const [status, response] = Object.entries(one.responses ?? {}).find(([code]) => code.startsWith("2")) ?? [];
  const result = response?.content?.["application/json"]?.schema;
  return html`<section>
    <h3 id="${method}${path}"><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${one.summary ?? ""}</p>
    ${table([...parameters, ...fields(body, known)])}
    <p><small>Answers ${status} ${typeOf(result)}</small></p>
    ${table(fields(result, {}))}
  </section>`;
}

const style = `body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%;font-size:.875rem}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}
h3{margin-top:2rem}a{color:inherit}nav a{margin-right:1rem}small{opacity:.75}`;

export function docsPage(description: Description) {
  const known = description.components?.schemas ?? {};
  const tags = Map.groupBy(Object.entries(description.paths), ([path]) => path.split("/")[2] ?? "service");
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${description.info.title} API</title><style>${raw(style)}</style></head>
<body>
<h1>${description.info.title} API</h1>
<p>${description.info.description ?? ""} Machine-readable: <a href="/openapi.json">/openapi.json</a>.</p>
<p>Send <code>Authorization: Bearer …</code> with an API key, a desk token or a sign-in token. Writes take <code>Idempotency-Key</code>. Lists page with <code>cursor</code> and <code>next</code>. Live changes: <code>GET /v1/live</code> (server-sent events, resume with <code>Last-Event-ID</code>).</p>
<nav aria-label="Resources">${[...tags.keys()].map((tag) => html`<a href="#${tag}">${tag}</a>`)}<a href="#messages">messages</a><a href="#problems">problems</a></nav>
${[...tags].map(([tag, paths]) => html`<h2 id="${tag}">${tag}</h2>${paths.flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => operation(path, method, one, known)))}`)}
<h2 id="messages">Messages to webhook endpoints</h2>
<p>Signed after the Standard Webhooks specification: <code>{"type", "timestamp", "data"}</code>, data being ids and codes. Set them up with <code>POST /v1/webhook-endpoints</code>.</p>
<table><tbody>${Object.entries(description.webhooks ?? {}).map(([type, methods]) => html`<tr><th scope="row"><code>${type}</code></th><td>${methods.post?.summary ?? ""}</td></tr>`)}</tbody></table>
<h2 id="problems">Problems</h2>
<p>Errors are problem documents (RFC 9457) with a stable <code>type</code> and <code>code</code>, a <code>detail</code> that says what to do, and the <code>request_id</code> to give to your administrator.</p>
<table><tbody>${Object.entries(codes).map(([code, { status, title, retry }]) => html`<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${status}</td><td>${title}${retry ? html` <small>asking again can help</small>` : ""}</td></tr>`)}</tbody></table>
</body></html>`;
}

export function addDocsRoutes(api: Api, describe: () => Description): void {
  api.get("/docs", (c) => {
    c.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(docsPage(describe()));
  });
}
