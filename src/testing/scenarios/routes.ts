/** The service's own description of itself, for trying every door without listing them. */
import { z } from "zod";
import type { TestService } from "../service.ts";

type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  anyOf?: Schema[];
};
type Described = {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components?: { schemas?: Record<string, Schema> };
};

export type Route = {
  method: string;
  path: string;
  /** The path with every parameter filled in. */
  at(value: string): string;
  /** A body as described, in which everything that wants an id or a name is `value`; undefined where there is none. */
  body(value: string): unknown;
};

export async function routesOf(service: TestService): Promise<Route[]> {
  const response = await service.wired.app.request("/openapi.json");
  const described = z.custom<Described>().parse(await response.json());
  const schemas = described.components?.schemas ?? {};
  return Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => {
      const schema = requestBody?.content["application/json"]?.schema;
      return {
        method: method.toUpperCase(),
        path,
        at: (value) => path.replace(/\{\w+\}/g, encodeURIComponent(value)),
        body: (value) => schema && sampleOf(schema, schemas, value),
      };
    }),
  );
}

function sampleOf(schema: Schema, known: Record<string, Schema>, value: string): unknown {
  const { $ref, anyOf, enum: choices, items, minItems = 0 } = schema;
  const inner = (one: Schema) => sampleOf(one, known, value);
  const target = $ref ? known[$ref.split("/").at(-1) ?? ""] : anyOf?.[0];
  if (target) return inner(target);
  if (choices) return choices[0];
  switch ([schema.type].flat()[0]) {
    case "object": {
      const wanted = (name: string) => schema.required?.includes(name) || /ids?$/i.test(name);
      const members = Object.entries(schema.properties ?? {}).filter(([name]) => wanted(name));
      return Object.fromEntries(members.map(([name, one]) => [name, inner(one)]));
    }
    case "array":
      return items ? Array.from({ length: Math.max(1, minItems) }, () => inner(items)) : [];
    case "number":
    case "integer":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return schema.pattern?.startsWith("^\\+") ? "+46701234567" : value;
  }
}
