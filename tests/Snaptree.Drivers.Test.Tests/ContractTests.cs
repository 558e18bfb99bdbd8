using Snaptree.DriverContract;

namespace Snaptree.Drivers.Test.Tests;

public sealed class ObserveTests : ObserveContract<TestBench>;

public sealed class ProcessTests : ProcessContract<TestBench>;

public sealed class OverlayTests : OverlayContract<TestBench>;

public sealed class MemoryTests : MemoryContract<TestBench>;

public sealed class InternalTests : InternalContract<TestBench>;

public sealed class MergeTests : MergeContract<TestBench>;

public sealed class StoreTests : StoreContract<TestBench>;

public sealed class AgentTests : AgentContract<TestBench>;
