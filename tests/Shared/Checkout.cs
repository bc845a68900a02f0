namespace LBTool.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Checkout
{
    /// <summary>The folder of LBTool.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file of the repository.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The text of a file of the repository.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LBTool.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException($"no LBTool.sln above {AppContext.BaseDirectory}: run the tests from a checkout");
        }

        return folder.FullName;
    }
}
