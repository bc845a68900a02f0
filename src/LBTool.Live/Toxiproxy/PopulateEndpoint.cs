using System.Text.Json;

namespace LBTool.Live.Toxiproxy;

/// <summary><c>/populate</c>, and the configuration file, which has the same format: a list of proxies.</summary>
internal sealed class PopulateEndpoint(ProxyCollection proxies)
{
    public async Task<ApiAnswer> PopulateAsync(ApiCall call)
    {
        var (done, error) = await PopulateAsync(call.Body).ConfigureAwait(false);
        return ApiAnswer.Json(error?.Status ?? 201, ApiJson.Bytes(json => Write(json, done, error)));
    }

    /// <summary>Makes or replaces the proxies of a list in its order; the first that fails ends it, and those before stay.</summary>
    public async Task<(List<ManagedProxy> Done, ApiError? Error)> PopulateAsync(ReadOnlyMemory<byte> body)
    {
        var done = new List<ManagedProxy>();
        try
        {
            foreach (var wanted in Read(JsonFields.FirstValue(body)))
            {
                done.Add(await proxies.AddOrReplaceAsync(wanted).ConfigureAwait(false));
            }

            return (done, null);
        }
        catch (ApiException failure)
        {
            return (done, failure.Error);
        }
    }

    // All of it is read, and all of it is complete, before anything is touched.
    private static NewProxy[] Read(JsonElement json)
    {
        var bodies = json.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => json.EnumerateArray().Select(ProxyBody.Read).ToArray(),
            _ => throw new ApiException(ApiError.BadBody("expected an array of proxies")),
        };
        return [.. bodies.Select((body, index) => body.Complete($" at proxy {index + 1}"))];
    }

    private static void Write(Utf8JsonWriter json, List<ManagedProxy> done, ApiError? error)
    {
        json.WriteStartObject();
        if (error is not null)
        {
            ApiJson.Error(json, error);
        }

        json.WritePropertyName("proxies");
        if (done.Count == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartArray();
            done.ForEach(proxy => ApiJson.Proxy(json, proxy));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
