namespace LBTool.Cli.Tests;

/// <summary><c>lbtool report</c>: what a run wrote, shown again.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("json", "summary.json")]
    [InlineData("junit", "TEST-lbtool.xml")]
    [InlineData("markdown", "summary.md")]
    public async Task A_result_reads_as_when_it_was_written(string format, string file)
    {
        await SimulateAsync();

        var report = await TestTerminal.RunAsync("report", _folder.FullName, "--format", format);

        Assert.Equal(0, report.Code);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, file), TestContext.Current.CancellationToken), report.Output);
    }

    [Fact]
    public async Task As_text_it_is_what_the_run_ended_with()
    {
        var run = await SimulateAsync();

        var report = await TestTerminal.RunAsync("report", Path.Combine(_folder.FullName, "summary.json"));

        Assert.Equal(0, report.Code);
        Assert.Equal(run.Output, report.Output);
    }

    [Theory]
    [InlineData("{}", "no summary.json")]
    [InlineData("[1", "no summary.json")]
    [InlineData("""{"format":99}""", "format 99")]
    [InlineData("""{"format":1}""", "no summary.json of format 1")]
    public async Task What_is_no_summary_is_refused_with_its_name(string text, string reason)
    {
        var file = Path.Combine(_folder.FullName, "other.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        var report = await TestTerminal.RunAsync("report", file);

        Assert.Equal(ExitCodes.Usage, report.Code);
        Assert.Empty(report.Output);
        Assert.Contains(file, report.Error);
        Assert.Contains(reason, report.Error);
    }

    [Fact]
    public async Task A_missing_file_is_an_error_of_the_environment()
    {
        var report = await TestTerminal.RunAsync("report", Path.Combine(_folder.FullName, "not-there"));

        Assert.Equal(ExitCodes.Environment, report.Code);
        Assert.Contains("not-there", report.Error);
    }

    private Task<Invocation> SimulateAsync() =>
        TestTerminal.RunAsync("simulate", "slow-backend", "--algo", "rr", "--seed", "42", "--out", _folder.FullName);
}
