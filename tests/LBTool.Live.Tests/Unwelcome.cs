using System.Net.Sockets;

namespace LBTool.Live.Tests;

/// <summary>Requests to somebody who takes no more connections.</summary>
internal static class Unwelcome
{
    /// <summary>The request fails. Where the connection is accepted and reset at once, .NET's client may throw what the socket threw.</summary>
    public static async Task IsAsync(Func<Task> request) =>
        Assert.True(await Assert.ThrowsAnyAsync<Exception>(request) is HttpRequestException or SocketException);
}
