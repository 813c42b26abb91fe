import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { ExecutionModel } from '../../live/execution';

/** The execution of a screen: loaded and followed while the screen is there. */
export function useExecution(reference: string): ExecutionModel {
  const model = useMemo(() => new ExecutionModel(reference), [reference]);
  useEffect(() => {
    void model.start();
    return () => model.stop();
  }, [model]);
  useSyncExternalStore(model.subscribe, model.snapshot);
  return model;
}
