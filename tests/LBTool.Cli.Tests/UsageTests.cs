namespace LBTool.Cli.Tests;

/// <summary>Bad input gets a clear error, and its exit code, before anything starts.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-usage-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("runn", "unknown command 'runn'; did you mean 'run'?")]
    [InlineData("run", "Required argument 'SCENARIO' missing")]
    [InlineData("run slow-backend --sed 1", "unknown option '--sed'; did you mean '--seed'?")]
    [InlineData("run slow-backend other", "unknown argument 'other'")]
    [InlineData("run slow-backend --algo p3c", "--algo 'p3c': must be one of round-robin, weighted-round-robin, random, ")]
    [InlineData("run slow-backend --algo round-robbin", "did you mean round-robin?")]
    [InlineData("run slow-backend --seed -1", "--seed '-1': must be a whole number from 0 to 18446744073709551615")]
    [InlineData("run slow-backend --seed 18446744073709551616", "--seed '18446744073709551616': must be")]
    [InlineData("run slow-backend --var rate", "--var 'rate': must be NAME=VALUE")]
    [InlineData("run slow-backend --var a=1 --var a=2", "--var 'a=2': a is given twice")]
    [InlineData("run slow-backend --fail-exit-code 0", "0 would hide the failure")]
    [InlineData("run slow-backend --fail-exit-code 1", "must be a whole number from 2 to 255")]
    [InlineData("run slow-backend --fail-exit-code 256", "must be a whole number from 2 to 255")]
    [InlineData("run slow-backend --no-gate --fail-exit-code 5", "give one of them")]
    [InlineData("run slow-backend --format yaml", "--format 'yaml': must be text or json")]
    [InlineData("start --backends 0", "--backends '0': must be a whole number from 1 to 1000")]
    [InlineData("start --latency 10", "--latency '10': must be a number with a unit")]
    [InlineData("start --port 65536", "--port '65536': must be a whole number from 0 to 65535")]
    [InlineData("start --load 0.5/h", "--load '0.5/h': must be a rate such as 500/s or 30/m, at least 1/h, at most 1000000/s")]
    [InlineData("start --load 1000001/s", "at most 1000000/s")]
    [InlineData("[suggest:-1] run", "[suggest:-1]: the position must be a whole number from 0 on")]
    [InlineData("[suggest:x] run", "[suggest:x]: the position must be a whole number from 0 on")]
    [InlineData("[suggest:99999999999] run", "[suggest:99999999999]: the position must be a whole number from 0 on")]
    [InlineData("backend set b1", "nothing to change: give --weight, --latency, --jitter, --concurrency, --queue, --errors")]
    [InlineData("completions tcsh", "'tcsh': must be one of bash, zsh, fish, pwsh")]
    [InlineData("schema report", "'report': must be one of scenario, summary")]
    [InlineData("scenarios shwo", "unknown command 'shwo'")]
    [InlineData("scenarios show slow-backnd", "did you mean 'slow-backend'?")]
    public async Task A_wrong_command_line_is_code_2(string line, string message)
    {
        var wrong = await TestTerminal.RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Empty(wrong.Output);
        Assert.Contains(message, wrong.Error);
    }

    [Fact]
    public async Task An_unknown_option_is_one_problem_though_a_value_follows_it()
    {
        var wrong = await TestTerminal.RunAsync("run", "slow-backend", "--sed", "1");

        Assert.Equal(
            "lbtool: unknown option '--sed'; did you mean '--seed'?\nTry: lbtool run --help\n", wrong.Error);
    }

    [Fact]
    public async Task All_problems_of_a_command_line_are_told_at_once()
    {
        var wrong = await TestTerminal.RunAsync("run", "slow-backend", "--seed", "x", "--algo", "y", "--var", "z");

        Assert.Contains("--seed 'x'", wrong.Error);
        Assert.Contains("--algo 'y'", wrong.Error);
        Assert.Contains("--var 'z'", wrong.Error);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_missing_file_lists_the_built_in_scenarios_with_a_suggestion(string verb)
    {
        var missing = await TestTerminal.RunAsync(verb, "slow-backnd.lb.yaml");

        Assert.Equal(ExitCodes.Environment, missing.Code);
        Assert.Contains("'slow-backnd.lb.yaml' is neither a file nor a built-in scenario; did you mean 'slow-backend'?", missing.Error);
        Assert.Contains("built-in scenarios: ", missing.Error);
    }

    [Fact]
    public async Task A_folder_is_no_scenario()
    {
        var folder = await TestTerminal.RunAsync("check", _folder.FullName);

        Assert.Equal(ExitCodes.Environment, folder.Code);
        Assert.Contains("is a folder", folder.Error);
    }

    [Fact]
    public async Task An_empty_file_is_an_invalid_scenario()
    {
        var empty = await TestTerminal.RunAsync("check", Write(""));

        Assert.Equal(ExitCodes.Usage, empty.Code);
        Assert.Contains("empty.lb.yaml(1,1): ", empty.Error);
    }

    [Fact]
    public async Task A_variable_that_the_scenario_does_not_have_is_an_error()
    {
        var unused = await TestTerminal.RunAsync("check", "slow-backend", "--var", "no_such=1");

        Assert.Equal(ExitCodes.Usage, unused.Code);
        Assert.Contains("no_such", unused.Error);
    }

    [Fact]
    public async Task A_bad_expectation_is_shown_with_its_place()
    {
        var bad = await TestTerminal.RunAsync("run", "slow-backend", "--expect", "p99 << 60ms");

        Assert.Equal(ExitCodes.Usage, bad.Code);
        Assert.Empty(bad.Output);
        var lines = bad.Error.TrimEnd().Split('\n');
        Assert.StartsWith("--expect: ", lines[0]);
        Assert.Equal("  p99 << 60ms", lines[^2]);
        Assert.Matches("^  {4,8}\\^$", lines[^1]);
    }

    [Fact]
    public async Task An_expectation_about_an_unknown_backend_is_an_error()
    {
        var bad = await TestTerminal.RunAsync("check", "slow-backend", "--expect", "share{backend=b99} < 5%");

        Assert.Equal(ExitCodes.Usage, bad.Code);
        Assert.Contains("b99", bad.Error);
    }

    [Fact]
    public async Task Out_must_not_be_a_file()
    {
        var file = Write("");

        var wrong = await TestTerminal.RunAsync("run", "slow-backend", "--out", file);

        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("is a file; name a folder", wrong.Error);
    }

    [Fact]
    public async Task Out_below_a_file_is_an_error_of_the_environment()
    {
        var wrong = await TestTerminal.RunAsync("run", "slow-backend", "--out", Path.Combine(Write(""), "below"));

        Assert.Equal(ExitCodes.Environment, wrong.Code);
        Assert.Contains("cannot be written", wrong.Error);
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder.FullName, "empty.lb.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    [Fact]
    public async Task A_scenario_that_never_ends_is_too_large()
    {
        if (!File.Exists("/dev/zero"))
        {
            Assert.Skip("the system has no file that never ends");
        }

        var wrong = await TestTerminal.RunAsync("check", "/dev/zero");

        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("the file is too large: more than 1,000,000 characters", wrong.Error);
    }

    [Fact]
    public async Task Copies_that_would_share_a_name_are_refused()
    {
        var file = Path.Combine(_folder.FullName, "names.lb.yaml");
        await File.WriteAllTextAsync(file, "version: 1\nname: x\ntarget: { backends: [{ name: b1 }, { name: b1-2 }] }\nload: { rate: 1/s, duration: 1s }\n",
            TestContext.Current.CancellationToken);

        var wrong = await TestTerminal.RunAsync("simulate", file, "--scale", "2");

        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("--scale 2: the copies of b1 would be called b1-2 too", wrong.Error);
    }
}
