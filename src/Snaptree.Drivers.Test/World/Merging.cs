namespace Snaptree.Drivers.Test;

/// <summary>What a commit or a stream moves, block by block. It needs no memory of where it was: what is missing can be seen.</summary>
internal static class Merging
{
    /// <summary>Copies the next block; null when there was none left.</summary>
    internal static World? CopyNext(World world, MergeRequest merge, bool isCommit)
    {
        var left = Left(world, merge, isCommit).Take(1).ToList();
        if (left is not [var block])
        {
            return null;
        }

        var into = world.Get(isCommit ? merge.Base : merge.Top);
        return world.With(into with { Blocks = into.Blocks.SetItem(block.Key, block.Value) });
    }

    internal static WorkProgress Progress(World world, MergeRequest merge, bool isCommit)
    {
        var all = world.Get(isCommit ? merge.Top : merge.Base).Blocks.Count;
        var left = Left(world, merge, isCommit).Count();
        return new WorkProgress((long)(all - left) * StoredImage.BlockBytes, (long)all * StoredImage.BlockBytes);
    }

    /// <summary>A commit brings down what Top holds and Base does not hold equally; a stream brings up what Top does not hold at all.</summary>
    private static IEnumerable<KeyValuePair<long, byte>> Left(World world, MergeRequest merge, bool isCommit)
    {
        var (top, below) = (world.Get(merge.Top).Blocks, world.Get(merge.Base).Blocks);
        return isCommit
            ? top.Where(block => !below.TryGetValue(block.Key, out var value) || value != block.Value)
            : below.Where(block => !top.ContainsKey(block.Key));
    }
}
