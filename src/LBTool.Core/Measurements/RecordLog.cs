namespace LBTool.Core.Measurements;

/// <summary>
/// An append-only log that many threads write without a lock while others read what is complete.
/// Memory comes in blocks, so that appending never copies what is already there.
/// </summary>
/// <typeparam name="T">The record; small, copied by value.</typeparam>
/// <param name="packs">
/// Whether blocks are packed as soon as they are full, which takes less than half of the memory. For one thread only: packing
/// would keep a real request waiting.
/// </param>
public sealed class RecordLog<T>(bool packs = false)
    where T : struct, IRecord<T>
{
    private const int BlockBits = 13;
    private const int BlockSize = 1 << BlockBits;
    private readonly Lock _growth = new();
    private Block[] _blocks = [new(new T[BlockSize])];
    private long _next;

    // Of the block that was packed last: the next one is written there.
    private T[]? _spare;

    /// <summary>Records appended or being appended.</summary>
    public long Count => Interlocked.Read(ref _next);

    internal int BlocksKept => Volatile.Read(ref _blocks).Count(block => block != Block.Forgotten);

    /// <summary>Adds a record. The only lock is taken once in 8192 appends, when a block is added.</summary>
    public void Add(in T record) => Complete(Reserve(), record);

    /// <summary>Takes a place for a record that is completed later, so that records lie in the order of their beginning.</summary>
    public long Reserve() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Writes the record of a place that was reserved; only once.</summary>
    public void Complete(long place, in T record)
    {
        var block = BlockOf((int)(place >> BlockBits));
        block.Complete((int)(place & (BlockSize - 1)), record);
        if (packs && block.IsFull())
        {
            _spare = block.Pack();
        }
    }

    /// <summary>All complete records in the order of their places; not copied where none is missing.</summary>
    public RecordList<T> ToList()
    {
        var (blocks, count) = (Volatile.Read(ref _blocks), (int)Count);
        for (var place = 0; place < count; place += BlockSize)
        {
            if (place >> BlockBits >= blocks.Length || !blocks[place >> BlockBits].AreComplete(Math.Min(count - place, BlockSize)))
            {
                return RecordList.Of([.. Read()]);
            }
        }

        return new RecordList<T>([.. blocks.Select(block => block.Records)], BlockBits, count);
    }

    /// <summary>Complete records from <paramref name="from"/> on, in the order of their append.</summary>
    public IEnumerable<T> Read(long from = 0)
    {
        var end = Count;
        for (var place = from; place < end; place++)
        {
            var blocks = Volatile.Read(ref _blocks);
            var number = (int)(place >> BlockBits);
            if (number >= blocks.Length)
            {
                yield break;
            }

            var slot = (int)(place & (BlockSize - 1));
            if (blocks[number].IsComplete(slot))
            {
                yield return blocks[number].Records[slot];
            }
        }
    }

    /// <summary>
    /// Gives back the memory of the records before <paramref name="before"/>, in whole blocks; they are not read again.
    /// For sessions that last: nothing else keeps them from growing.
    /// </summary>
    public void Forget(long before)
    {
        lock (_growth)
        {
            var kept = (int)(Math.Min(before, Count) >> BlockBits);
            Volatile.Write(ref _blocks, [.. _blocks.Select((block, number) => number < kept ? Block.Forgotten : block)]);
        }
    }

    private Block BlockOf(int number)
    {
        var blocks = Volatile.Read(ref _blocks);
        return number < blocks.Length ? blocks[number] : Grow(number);
    }

    private Block Grow(int number)
    {
        lock (_growth)
        {
            while (number >= _blocks.Length)
            {
                Volatile.Write(ref _blocks, [.. _blocks, new Block(_spare ?? new T[BlockSize])]);
                _spare = null;
            }

            return _blocks[number];
        }
    }

    private sealed class Block(T[] records)
    {
        // Stands for all that were forgotten. A writer that was asleep may still write here, where nobody reads again.
        public static readonly Block Forgotten = new(new T[BlockSize]);

        // A bit for each.
        private readonly long[] _complete = new long[BlockSize / 64];
        private T[] _records = records;
        private PackedRecords<T>? _packed;
        private int _counted;

        public RecordBlock<T> Records => _packed is null ? new(_records) : new(_packed);

        public bool IsComplete(int slot) => (Volatile.Read(ref _complete[slot >> 6]) & (1L << slot)) != 0;

        public bool AreComplete(int count)
        {
            for (var slot = 0; slot < count; slot++)
            {
                if (!IsComplete(slot))
                {
                    return false;
                }
            }

            return true;
        }

        // Whoever sees the bit sees the record.
        public void Complete(int slot, in T record)
        {
            _records[slot] = record;
            Interlocked.Or(ref _complete[slot >> 6], 1L << slot);
        }

        /// <summary>Asked once for each record that was completed: whether that was the last one.</summary>
        public bool IsFull() => ++_counted == BlockSize;

        /// <summary>Packs a full one; what it had its records in is free.</summary>
        public T[] Pack()
        {
            _packed = new PackedRecords<T>(_records);
            var free = _records;
            _records = [];
            return free;
        }
    }
}
