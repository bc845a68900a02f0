namespace LBTool.Cli.Tests;

/// <summary>What a person sees on the terminal, compared with the file of its name in Goldens/.</summary>
internal static class Screens
{
    /// <summary>See <see cref="Golden.Check"/>; blanks at the ends of lines do not count.</summary>
    public static void Verify(string name, string actual) => Golden.Check(
        $"tests/LBTool.Cli.Tests/Goldens/{name}",
        string.Join('\n', actual.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n");
}
