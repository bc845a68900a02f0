using LBTool.Core.Scenarios;

namespace LBTool.Core.HttpFaults;

/// <summary>Backends whose health endpoint and application do not agree: what the actions of these names stand for.</summary>
public static class LyingHealth
{
    /// <summary><c>fail-health</c>: the health endpoints (/healthz, /healthz/deep) say 503 while the application is well.</summary>
    public static HttpEffect FailHealth { get; } = new(1, new HttpStatus(503)) { Path = BackendSpec.HealthPath + "*" };

    /// <summary><c>fail-app</c>: the application says 500 while the health endpoint says 200.</summary>
    public static HttpEffect FailApp { get; } = new(1, new HttpStatus(500));
}
