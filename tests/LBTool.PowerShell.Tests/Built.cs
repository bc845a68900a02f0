using System.Runtime.CompilerServices;

namespace LBTool.PowerShell.Tests;

/// <summary>The module as it is staged, and the processes that were built with these tests.</summary>
internal static class Built
{
    public static string Module { get; } = Checkout.PathOf("module/LBChaos");

    public static string Lbtool { get; } = Path.Combine(AppContext.BaseDirectory, "lbtool.dll");

    public static string Host { get; } = Path.Combine(AppContext.BaseDirectory, "LBTool.PowerShell.Host.dll");

    // Before the engine is loaded, which reads the first of them once.
    [ModuleInitializer]
    internal static void SetEnvironment()
    {
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        Environment.SetEnvironmentVariable("LBTOOL_PATH", Lbtool);
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
    }
}
