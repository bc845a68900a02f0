using LBTool.Core.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary><c>/proxies/{proxy}/toxics</c> and <c>/proxies/{proxy}/toxics/{toxic}</c>.</summary>
internal sealed class ToxicEndpoints(ProxyCollection proxies)
{
    public Task<ApiAnswer> ListAsync(ApiCall call)
    {
        var toxics = proxies.Get(call.Proxy).Toxics;
        return Task.FromResult(ApiAnswer.Json(200, ApiJson.Bytes(json => ApiJson.Toxics(json, toxics))));
    }

    public Task<ApiAnswer> CreateAsync(ApiCall call)
    {
        var proxy = proxies.Get(call.Proxy);
        var body = new ToxicBody(JsonFields.FirstValue(call.Body));
        if (proxy.Engine.Toxics.Any(toxic => toxic.Name == body.Name))
        {
            throw new ApiException(ApiError.ToxicExists);
        }

        proxies.AddToxic(proxy, body.Name, body.ReadAttributes());
        return Task.FromResult(Show(proxy.Toxic(body.Name)));
    }

    public Task<ApiAnswer> ShowAsync(ApiCall call) =>
        Task.FromResult(Show(proxies.Get(call.Proxy).Toxic(call.Toxic)));

    public Task<ApiAnswer> UpdateAsync(ApiCall call)
    {
        var proxy = proxies.Get(call.Proxy);
        proxies.ChangeToxic(proxy, call.Toxic, toxic => ToxicBody.Change(toxic, call.Body));
        return Task.FromResult(Show(proxy.Toxic(call.Toxic)));
    }

    public Task<ApiAnswer> DeleteAsync(ApiCall call) =>
        proxies.Get(call.Proxy).Engine.Remove(call.Toxic)
            ? Task.FromResult(ApiAnswer.NoContent)
            : throw new ApiException(ApiError.ToxicNotFound);

    private static ApiAnswer Show(InstalledToxic toxic) =>
        ApiAnswer.Json(200, ApiJson.Bytes(json => ApiJson.Toxic(json, toxic)));
}
