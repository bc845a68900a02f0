using System.Diagnostics;

namespace LBTool.Live.Tests;

/// <summary>Waits for something that another thread or process does, up to a generous deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, $"still not so after {Deadline}: {what}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }
}
