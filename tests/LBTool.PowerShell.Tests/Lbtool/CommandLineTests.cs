using System.Diagnostics;
using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Tests.Lbtool;

public class CommandLineTests
{
    public static TheoryData<string> Words =>
        ["plain", "two words", "", "say \"hi\"", @"C:\folder\", @"C:\two words\", @"back\\slash", @"\""quote", "Grüße", "p95 < 40ms", "a\tb", "{backend=b1}", "'single'"];

    [Theory]
    [MemberData(nameof(Words))]
    public void A_process_gets_exactly_the_words(string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has printf");
        using var process = Process.Start(new ProcessStartInfo("printf", CommandLine.Join(["%s|", word, "end"])) { RedirectStandardOutput = true })!;

        Assert.Equal($"{word}|end|", process.StandardOutput.ReadToEnd());
    }
}
