namespace LBTool.Core.Tests.Scenarios;

/// <summary>Scenarios that tests start from, and where the files of the repository are.</summary>
internal static class Samples
{
    public static string SlowBackend { get; } = Read("tests/LBTool.Core.Tests/Scenarios/samples/slow-backend.lb.yaml");

    public static string Drain { get; } = Read("tests/LBTool.Core.Tests/Scenarios/samples/drain.lb.yaml");

    public static string FallRise { get; } = Read("tests/LBTool.Core.Tests/Scenarios/samples/fall-rise.lb.yaml");

    /// <summary>A path in the repository.</summary>
    public static string PathOf(string relative) => Path.Combine(Root(), relative);

    /// <summary>A file of the repository.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LBTool.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("LBTool.sln is above none of the test's folders");
        }

        return folder.FullName;
    }
}
