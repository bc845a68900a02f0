using System.Diagnostics;
using System.Globalization;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// This process in <c>/metrics</c>. What every process has is named as by Toxiproxy (<c>process_…</c>); in place of Go's
/// runtime (<c>go_…</c>) stands .NET's (<c>dotnet_…</c>).
/// </summary>
internal static class RuntimeMetrics
{
    public static void Write(MetricsText text, string version)
    {
        using var process = Process.GetCurrentProcess();
        Counter(text, "process_cpu_seconds_total", "Processor time used, user and system.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Gauge(text, "process_resident_memory_bytes", "Memory that is resident.", process.WorkingSet64);
        Gauge(text, "process_virtual_memory_bytes", "Address space in use.", process.VirtualMemorySize64);
        Gauge(text, "process_start_time_seconds", "Start of the process, since 1970 in UTC.", (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        if (OperatingSystem.IsLinux())
        {
            Gauge(text, "process_open_fds", "Open files and sockets.", Directory.GetFileSystemEntries("/proc/self/fd").Length);
        }

        Gauge(text, "dotnet_gc_heap_bytes", "Managed memory in use, garbage included.", GC.GetTotalMemory(forceFullCollection: false));
        Counter(text, "dotnet_gc_allocated_bytes_total", "Managed memory allocated so far.", GC.GetTotalAllocatedBytes());
        Counter(text, "dotnet_gc_pause_seconds_total", "Time for which garbage collections stopped all threads.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Begin("dotnet_gc_collections_total", "counter", "Garbage collections of a generation or of one above.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Add(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        }

        Gauge(text, "dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        Gauge(text, "dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
        Counter(text, "dotnet_threadpool_completed_items_total", "Work done by the pool.", ThreadPool.CompletedWorkItemCount);
        text.Begin("lbtool_build_info", "gauge", "Always 1; the labels tell the versions.");
        text.Add(1, ("version", version), ("dotnet", Environment.Version.ToString()));
    }

    private static void Counter(MetricsText text, string name, string help, double value) => One(text, name, "counter", help, value);

    private static void Gauge(MetricsText text, string name, string help, double value) => One(text, name, "gauge", help, value);

    private static void One(MetricsText text, string name, string type, string help, double value)
    {
        text.Begin(name, type, help);
        text.Add(value);
    }
}
