import { z } from "zod";
import type { Operation } from "./operations.ts";
import { restSchemas } from "./schemas.ts";

const PREFIX = "/api/v1";
const NAMES = new Map<unknown, string>(
  Object.entries(restSchemas).map(([name, schema]) => [schema, name]),
);

function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function reference(schema: z.ZodType, io: "input" | "output"): object {
  const name = NAMES.get(schema);
  return name === undefined ? jsonSchemaOf(schema, io) : { $ref: `#/components/schemas/${name}` };
}

const fields = z.object({ properties: z.record(z.string(), z.looseObject({})) });

function parametersOf(schema: z.ZodObject | undefined, place: "path" | "query"): readonly object[] {
  if (schema === undefined) return [];
  const { properties } = fields.parse(jsonSchemaOf(schema, "input"));
  return Object.entries(properties).map(([name, field]) => {
    return { name, in: place, required: place === "path", schema: field };
  });
}

function bodyOf({ body }: Operation): object {
  if (body === undefined) return {};
  const content =
    body === "bytes"
      ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
      : { "application/json": { schema: reference(body, "input") } };
  return { requestBody: { required: true, content } };
}

const error = (description: string): object => ({
  description,
  content: { "application/json": { schema: reference(restSchemas.Error, "output") } },
});

function operationOf(operation: Operation): object {
  return {
    operationId: operation.id,
    summary: operation.summary,
    parameters: [
      ...parametersOf(operation.params, "path"),
      ...parametersOf(operation.query, "query"),
    ],
    ...bodyOf(operation),
    responses: {
      "200": {
        description: "Done.",
        content: { "application/json": { schema: reference(operation.answer, "output") } },
      },
      "400": error("The request is not valid."),
      "401": error("Key or token is missing or wrong."),
      "403": error("The caller may not do this."),
      "404": error("There is none, or the caller may not read it."),
      "429": error("Too many requests; `Retry-After` says when to ask again."),
      default: error("Something failed; `code` says what."),
    },
  };
}

/** The description of the API in OpenAPI 3.1, out of the same table as its routes. */
export function openApiOf(operations: readonly Operation[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = PREFIX + operation.path;
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: operationOf(operation),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Frontdesk: knowledge",
      version,
      description: "Documents, collections and search, under the rights of whoever asks.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description: "The key of the HTTP API, or a JSON Web Token of a person (HS256).",
        },
      },
      schemas: Object.fromEntries(
        Object.entries(restSchemas).map(([name, schema]) => {
          const io = name === "SearchRequest" ? "input" : "output";
          return [name, jsonSchemaOf(schema, io)];
        }),
      ),
    },
  };
}
