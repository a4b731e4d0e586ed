package server

import (
	"context"
	"sync"
)

// background runs what goes on beside the requests.
type background struct {
	once sync.Once
	ctx  context.Context
	end  context.CancelFunc
	wait sync.WaitGroup
}

func (b *background) start(run func(context.Context)) {
	b.once.Do(func() { b.ctx, b.end = context.WithCancel(context.Background()) })
	b.wait.Add(1)
	go func() {
		defer b.wait.Done()
		run(b.ctx)
	}()
}

// stop ends everything that was started, and waits for it.
func (b *background) stop() {
	if b.end != nil {
		b.end()
		b.wait.Wait()
	}
}
