using System.Collections.Immutable;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/openapi.json</c>: this API, described.</summary>
internal sealed class OpenApiEndpoints(ImmutableArray<Endpoint> others, string version)
{
    public ImmutableArray<Endpoint> All
    {
        get
        {
            Endpoint own = null!;
            var document = new Lazy<ControlAnswer>(() =>
                ControlAnswer.Json(200, OpenApi.Describe([.. others, own], version), ControlJson.Context.JsonObject));
            own = new Endpoint("GET", "/v1/openapi.json", "this API, as an OpenAPI document", _ => Task.FromResult(document.Value))
            {
                Answer = ControlJson.Context.JsonObject,
            };
            return [own];
        }
    }
}
