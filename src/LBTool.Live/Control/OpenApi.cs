using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using LBTool.Core.Sessions;

namespace LBTool.Live.Control;

/// <summary>Makes the OpenAPI 3.1 document of the table of endpoints.</summary>
internal static class OpenApi
{
    private const string Json = "application/json";

    /// <summary>Describes these endpoints.</summary>
    public static JsonObject Describe(ImmutableArray<Endpoint> endpoints, string version)
    {
        var paths = new JsonObject();
        foreach (var path in endpoints.GroupBy(endpoint => endpoint.Path))
        {
            paths[path.Key] = new JsonObject(path.Select(endpoint =>
                KeyValuePair.Create<string, JsonNode?>(endpoint.Method.ToLowerInvariant(), Operation(endpoint))));
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "lbtool session", ["version"] = version },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = Schemas(endpoints),
            },
        };
    }

    private static JsonObject Operation(Endpoint endpoint)
    {
        var operation = new JsonObject
        {
            ["summary"] = endpoint.Summary,
            ["parameters"] = new JsonArray(
            [
                .. endpoint.Parameters.Select(name => Parameter(name, "path", $"name of the {Singular(endpoint.Path)}", isRequired: true)),
                .. endpoint.Query.Select(value => Parameter(value.Name, "query", value.Description, isRequired: false)),
            ]),
        };
        if (endpoint.Body is { } body)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(Json, Reference(body.Name)) };
        }

        operation["responses"] = Responses(endpoint);
        return operation;
    }

    private static JsonObject Responses(Endpoint endpoint)
    {
        var done = new JsonObject { ["description"] = "done" };
        if (endpoint.Answer is { } answer)
        {
            done["content"] = Content(Json, SchemaOf(answer));
        }
        else if (endpoint.ContentType is { } type)
        {
            done["content"] = Content(type.Split(';')[0], new JsonObject { ["type"] = "string" });
        }

        IEnumerable<(int, string)> bad = endpoint.Body is null && endpoint.Query.IsEmpty ? [] : [(400, "what was sent is wrong; nothing has changed")];
        IEnumerable<(int Status, string Description)> errors =
            [.. bad, (401, "the token is missing or wrong"), (403, "the host or the origin is not this session's"), .. endpoint.Errors, .. endpoint.Body is null ? [] : new[] { (413, "the body is larger than 1 MB"), (503, "the environment does not allow it") }];
        var responses = new JsonObject { [Key(endpoint.Status)] = done };
        foreach (var (status, description) in errors.OrderBy(error => error.Status))
        {
            responses[Key(status)] = new JsonObject { ["description"] = description, ["content"] = Content(Json, Reference(nameof(ErrorAnswer))) };
        }

        return responses;
    }

    private static JsonObject Schemas(ImmutableArray<Endpoint> endpoints)
    {
        var schemas = new JsonObject();
        foreach (var body in Body.All)
        {
            schemas[body.Name] = body.Schema();
        }

        var open = new Queue<JsonTypeInfo>(endpoints.Select(endpoint => endpoint.Answer).OfType<JsonTypeInfo>().Append(ControlJson.Context.ErrorAnswer));
        while (open.TryDequeue(out var type))
        {
            if (!schemas.ContainsKey(type.Type.Name))
            {
                var schema = Export(type, open.Enqueue);
                if (IsNamed(type))
                {
                    schemas[type.Type.Name] = schema;
                }
            }
        }

        return schemas;
    }

    private static bool IsNamed(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object && type.Type != typeof(JsonObject);

    private static JsonNode SchemaOf(JsonTypeInfo type) => IsNamed(type) ? Reference(type.Type.Name) : Export(type, _ => { });

    // Types within a type are described by themselves: the exporter's own references would be to its root.
    private static JsonNode Export(JsonTypeInfo type, Action<JsonTypeInfo> within) => type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            if (context.Path.IsEmpty || !IsNamed(context.TypeInfo))
            {
                return schema;
            }

            within(context.TypeInfo);
            var reference = Reference(context.TypeInfo.Type.Name);
            return schema is JsonObject { } map && map["type"] is JsonArray
                ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }
                : reference;
        },
    });

    private static JsonObject Parameter(string name, string place, string description, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["description"] = description,
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    // /v1/backends/{name} is about a backend.
    private static string Singular(string path) => path.Split('/')[2].TrimEnd('s');

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}
