namespace LBTool.Live.Faults;

/// <summary>Bytes that went one way through a proxy, counted while they flow.</summary>
public sealed class Traffic
{
    private long _received;
    private long _sent;

    /// <summary>Bytes read from the sender.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Bytes handed to the receiver; fewer when toxics hold or drop some.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    internal void AddReceived(int count) => Interlocked.Add(ref _received, count);

    internal void AddSent(int count) => Interlocked.Add(ref _sent, count);
}
