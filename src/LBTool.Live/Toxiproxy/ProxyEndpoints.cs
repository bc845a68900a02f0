namespace LBTool.Live.Toxiproxy;

/// <summary><c>/proxies</c> and <c>/proxies/{proxy}</c>.</summary>
internal sealed class ProxyEndpoints(ProxyCollection proxies)
{
    public Task<ApiAnswer> ListAsync(ApiCall call) => Task.FromResult(ApiAnswer.Json(200, ApiJson.Bytes(json =>
    {
        json.WriteStartObject();
        foreach (var proxy in proxies.All)
        {
            json.WritePropertyName(proxy.Name);
            ApiJson.Proxy(json, proxy);
        }

        json.WriteEndObject();
    })));

    public async Task<ApiAnswer> CreateAsync(ApiCall call)
    {
        var wanted = ProxyBody.Read(JsonFields.FirstValue(call.Body)).Complete();
        return Show(201, await proxies.AddAsync(wanted).ConfigureAwait(false));
    }

    public Task<ApiAnswer> ShowAsync(ApiCall call) => Task.FromResult(Show(200, proxies.Get(call.Proxy)));

    public async Task<ApiAnswer> UpdateAsync(ApiCall call)
    {
        var proxy = proxies.Get(call.Proxy);
        var change = ProxyBody.Read(JsonFields.FirstValue(call.Body));
        return Show(200, await proxies.UpdateAsync(proxy, change).ConfigureAwait(false));
    }

    public async Task<ApiAnswer> DeleteAsync(ApiCall call)
    {
        await proxies.RemoveAsync(call.Proxy).ConfigureAwait(false);
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer Show(int status, ManagedProxy proxy) =>
        ApiAnswer.Json(status, ApiJson.Bytes(json => ApiJson.Proxy(json, proxy)));
}
