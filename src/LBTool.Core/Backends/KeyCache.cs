using LBTool.Core.Scenarios;

namespace LBTool.Core.Backends;

/// <summary>A cache by key, whose hits and misses decide how long a request is served.</summary>
/// <param name="Size">Keys that it holds, at least 1.</param>
/// <param name="Hit">How long a request is served whose key is there.</param>
/// <param name="Miss">How long one is served whose key is not.</param>
public sealed record CacheSpec(int Size, Distribution Hit, Distribution Miss);

/// <summary>
/// The keys that a process holds: the least recently used one makes room. A key is there once its miss has been served,
/// so that requests for it which come in the meantime miss too, as in a stampede. For any number of threads.
/// </summary>
/// <param name="size">Keys that it holds, at least 1.</param>
public sealed class KeyCache(int size)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<string>> _nodes = [];

    // The most recently used one first.
    private readonly LinkedList<string> _order = new();

    /// <summary>Whether the key is there, which is a use of it.</summary>
    public bool Find(string key)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(key, out var node))
            {
                return false;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return true;
        }
    }

    /// <summary>Puts a key in that has been fetched.</summary>
    public void Put(string key)
    {
        lock (_gate)
        {
            if (_nodes.ContainsKey(key))
            {
                return;
            }

            if (_nodes.Count == size)
            {
                _nodes.Remove(_order.Last!.Value);
                _order.RemoveLast();
            }

            _nodes[key] = _order.AddFirst(key);
        }
    }
}
