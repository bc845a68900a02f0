using System.Collections.Immutable;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/openapi.json</c>: this API, described.</summary>
internal sealed class OpenApiEndpoints(ImmutableArray<Endpoint> others, string version)
{
    public ImmutableArray<Endpoint> All
    {
        get
        {
            ControlAnswer document = null!;
            var own = new Endpoint("GET", "/v1/openapi.json", "this API, as an OpenAPI document", _ => Task.FromResult(document))
            {
                Answer = ControlJson.Context.JsonObject,
            };
            document = ControlAnswer.Json(200, OpenApi.Describe([.. others, own], version), ControlJson.Context.JsonObject);
            return [own];
        }
    }
}
