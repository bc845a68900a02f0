namespace LBTool.Live.Toxiproxy;

/// <summary>What the API answers when it cannot do what was asked. The texts are Toxiproxy's: clients compare them.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Text">For the client.</param>
internal sealed record ApiError(int Status, string Text)
{
    public static ApiError InvalidStream { get; } = new(400, "stream was invalid, can be either upstream or downstream");

    public static ApiError InvalidToxicType { get; } = new(400, "invalid toxic type");

    public static ApiError ProxyNotFound { get; } = new(404, "proxy not found");

    public static ApiError ToxicNotFound { get; } = new(404, "toxic not found");

    public static ApiError ProxyExists { get; } = new(409, "proxy already exists");

    public static ApiError ToxicExists { get; } = new(409, "toxic already exists");

    public static ApiError BadBody(string why) => new(400, $"bad request body: {why}");

    public static ApiError MissingField(string which) => new(400, $"missing required field: {which}");

    /// <summary>An address cannot be listened on, in the operating system's words.</summary>
    public static ApiError ListenFailed(string why) => new(500, why);

    /// <summary>Ours: Toxiproxy lets anybody on the network in.</summary>
    public static ApiError NotLoopback(string listen) => new(403,
        $"listen address {listen} is not on loopback; use 127.0.0.1, or start lbtool toxiproxy with --allow-remote");

    /// <summary>Ours: the balancer of a run relies on the proxies of its backends.</summary>
    public static ApiError BelongsToRun(string proxy) => new(409,
        $"proxy {proxy} belongs to a backend of this run: it cannot be moved, replaced or deleted; disable it or add toxics instead");
}

/// <summary>Ends a call with an error; whoever throws it has changed nothing.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Text)
{
    public ApiError Error { get; } = error;
}
