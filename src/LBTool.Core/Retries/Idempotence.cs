namespace LBTool.Core.Retries;

/// <summary>Which requests may be carried out twice: by their method (RFC 9110, 9.2.2).</summary>
public static class Idempotence
{
    /// <summary>Whether carrying a request of this method out twice does what once does.</summary>
    public static bool Of(string method) => method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS" or "TRACE";
}
