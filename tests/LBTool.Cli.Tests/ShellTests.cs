using System.Diagnostics;

namespace LBTool.Cli.Tests;

/// <summary>What a shell does to a program: streams that are full, closed or read by nobody, pipes, parents that never ask.</summary>
public sealed class ShellTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-shell-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("lbtool algorithms > /dev/full", ExitCodes.Environment, "standard output could not be written: ")]
    [InlineData("lbtool algorithms >&-", ExitCodes.Environment, "standard output could not be written: ")]
    [InlineData("lbtool run nowhere.yaml 2> /dev/full", ExitCodes.Environment, "")]
    [InlineData("lbtool run nowhere.yaml 2>&-", ExitCodes.Environment, "")]
    [InlineData("lbtool runn > /dev/full", ExitCodes.Usage, "unknown command 'runn'")]
    [InlineData("lbtool simulate fall-rise --quiet --events /dev/full", ExitCodes.Environment, "--events '/dev/full': cannot be written: ")]
    [InlineData("LBTOOL_STDIN_GUARD=1 lbtool version 0> /dev/null", ExitCodes.Passed, "")]
    public async Task A_stream_that_takes_nothing_is_an_error_of_the_environment_at_most(string line, int code, string error)
    {
        var ended = await ShellAsync(line);

        Assert.Equal(code, ended.Code);
        Assert.Contains(error, ended.Error);
        Assert.DoesNotContain("internal error", ended.Error);
    }

    [Fact]
    public async Task A_run_that_cannot_be_shown_has_its_files_all_the_same()
    {
        var ended = await ShellAsync("lbtool simulate fall-rise --out results --events /dev/full > /dev/full");

        Assert.Equal(ExitCodes.Environment, ended.Code);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "results", "summary.json")));
    }

    [Fact]
    public async Task Who_follows_events_ends_when_nobody_reads_them()
    {
        // A reader that has gone shows in what is written next: something happens until the follower ends.
        var ended = await ShellAsync("""
            lbtool start --detach --backends 1 --name watched > /dev/null
            mkfifo pipe
            lbtool events --follow > pipe &
            follower=$!
            head -1 < pipe &
            while kill -0 $follower 2> /dev/null; do lbtool backend restart b1 > /dev/null; done
            wait $follower
            echo "followed: $?"
            lbtool stop
            """);

        Assert.Contains("followed: 0", ended.Output);
    }

    [Fact]
    public async Task A_session_that_its_parent_never_asks_for_is_stopped_all_the_same()
    {
        // The shell becomes a program that does not wait for its children: what has ended stays in the table.
        var ended = await ShellAsync("""
            sh -c 'lbtool start --name orphan > ready & exec sleep 600' &
            parent=$!
            until grep -qs "Ctrl-C ends" ready; do sleep 0.1; done
            lbtool stop --session orphan
            echo "stopped: $?"
            kill $parent
            """);

        Assert.Contains("stopped: 0", ended.Output);
    }

    [Fact]
    public async Task Sessions_that_begin_at_once_without_a_name_get_a_name_each()
    {
        var ended = await ShellAsync("""
            for n in 1 2 3; do lbtool start --detach=true --backends 1 > /dev/null & done
            wait
            lbtool sessions
            for n in 1 2 3; do lbtool stop --session s$n; done
            """);

        Assert.Equal("", ended.Error.Trim());
        Assert.All(new[] { "s1", "s2", "s3" }, name => Assert.Matches($"(?m)^{name} ", ended.Output));
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_does_not_hold_up_the_end()
    {
        var ended = await ShellAsync("""
            mkfifo empty
            lbtool check empty &
            check=$!
            until grep -qs lbtool.dll /proc/$check/cmdline; do sleep 0.1; done
            while kill -TERM $check 2> /dev/null; do sleep 0.2; done
            wait $check
            """);

        Assert.Equal(ExitCodes.Terminated, ended.Code);
    }

    // A full disk is none that holds something, and what holds nothing is written where it is.
    [Fact]
    public async Task A_session_is_recorded_to_devices_pipes_and_empty_files_and_leaves_nothing_beside()
    {
        var ended = await ShellAsync("""
            lbtool start --detach --backends 1 > /dev/null
            mkdir records
            touch records/empty
            mkfifo pipe
            lbtool record /dev/full
            echo "full: $?"
            lbtool record records/nowhere/file
            echo "no folder: $?"
            lbtool record records/empty > /dev/null
            echo "empty: $?"
            grep -c '^version: 1' pipe &
            lbtool record pipe > /dev/null
            wait $!
            lbtool record records/new > /dev/null
            grep -l '^version: 1' records/empty records/new
            ls records
            lbtool stop > /dev/null
            """);

        Assert.Equal("full: 3\nno folder: 3\nempty: 0\n1\nrecords/empty\nrecords/new\nempty\nnew\n", ended.Output);
        Assert.Contains("'/dev/full' cannot be written: ", ended.Error);
        Assert.Contains("'records/nowhere/file' cannot be written: ", ended.Error);
    }

    [Theory]
    [InlineData("fault add b1 latency=1ms,latency=2ms", "lbtool: TOXIC 'latency=1ms,latency=2ms': latency is there twice")]
    [InlineData("fault add b1 --http status=500,status=503", "--http 'status=500,status=503': status is there twice")]
    [InlineData("fault add b1 --action kill,target=b2", "lbtool: --action 'kill,target=b2': kill takes no target")]
    [InlineData("fault add b1 --action drain,workers=2", "drain takes no workers; it takes deadline")]
    public async Task A_fault_that_is_written_wrongly_begins_nowhere(string words, string message)
    {
        var ended = await ShellAsync($"""
            lbtool start --detach --backends 2 > /dev/null
            lbtool {words}
            echo "code $?"
            lbtool fault list
            lbtool stop
            """);

        Assert.Contains(message, ended.Error);
        Assert.Contains($"code {ExitCodes.Usage}\nno fault acts\n", ended.Output);
    }

    private async Task<Invocation> ShellAsync(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full and /proc");
        var start = new ProcessStartInfo("sh", ["-c", script])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LBTOOL_STATE"] = _folder.FullName, ["PATH"] = $"{Tool()}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        using var shell = Process.Start(start)!;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Deadline);
            var (output, error) = (shell.StandardOutput.ReadToEndAsync(patience.Token), shell.StandardError.ReadToEndAsync(patience.Token));
            await shell.WaitForExitAsync(patience.Token);
            return new Invocation(shell.ExitCode, await output, await error);
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    // A word for the shell to call it by; as itself, so that a signal to it is one to lbtool.
    private string Tool()
    {
        var folder = _folder.CreateSubdirectory("bin").FullName;
        var file = Path.Combine(folder, "lbtool");
        File.WriteAllText(file, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "lbtool.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }
}
